import Testing
import Vocabulary

@testable import TLS

/// Key logs from anybody: good lines are used, whatever stands between.
@Suite struct KeyLogTests {
    private let random = String(repeating: "ab", count: 32)
    private let secret = String(repeating: "cd", count: 48)

    private func entry(_ log: KeyLog) throws -> KeyLog.Entry? {
        log.entry(try #require(ClientRandom(hex(random))))
    }

    @Test func readsEveryLabel() throws {
        let log = KeyLog(limits: Limits())
        for label in [
            "CLIENT_RANDOM", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0",
            "SERVER_TRAFFIC_SECRET_0", "EARLY_EXPORTER_SECRET", "CLIENT_EARLY_TRAFFIC_SECRET", "EXPORTER_SECRET",
        ] { log.read("\(label) \(random) \(secret)\r\n".utf8) }
        let entry = try #require(try entry(log))
        #expect(entry.master?.count == 48 && entry.clientTraffic != nil && entry.serverHandshake != nil)
        #expect(log.generation == 5 && log.junkLines == 0 && log.count == 1)
    }

    @Test func readsLinesInAnyPieces() throws {
        let text = Array("# comment\nCLIENT_RANDOM \(random) \(secret)\n".utf8)
        for cut in 0...text.count {
            let log = KeyLog(limits: Limits())
            log.read(text[..<cut])
            log.read(text[cut...])
            #expect(try entry(log)?.master != nil)
        }
    }

    @Test func passesOverJunk() throws {
        let log = KeyLog(limits: Limits())
        log.read("\n\n   \nCLIENT_RANDOM\nCLIENT_RANDOM \(random)\nCLIENT_RANDOM \(random) zz\nRSA 00 11\n".utf8)
        log.read(repeatElement(UInt8(ascii: "a"), count: 1 << 20))
        log.read("\nCLIENT_RANDOM \(random.dropLast()) \(secret)\nCLIENT_RANDOM \(random) \(secret) more\n".utf8)
        log.read([0, 255, 10, 13, 10])
        #expect(try entry(log) == nil && log.generation == 0)
        log.read("CLIENT_RANDOM \(random.uppercased()) \(secret)".utf8)
        #expect(try entry(log) == nil)
        log.finishLine()
        #expect(try entry(log)?.master != nil)
    }

    @Test func isBounded() {
        var limits = Limits()
        limits.keyLogConnections = 2
        let log = KeyLog(limits: limits)
        for i in 10..<20 { log.read("CLIENT_RANDOM \(String(repeating: "\(i)", count: 32)) \(secret)\n".utf8) }
        #expect(log.count == 2 && log.leftOut == 8)
    }

    @Test func secretsAreNotPrinted() {
        #expect("\(Secret(hex(secret)))" == "secret of 48 bytes")
    }
}
