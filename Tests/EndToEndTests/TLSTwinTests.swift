import Capture
import Foundation
import Streams
import TLS
import Testing
import Vocabulary

@testable import Conversations

/// Keyed captures, made by scripts/make-tls-captures: what is decoded with keys equals what is decoded of the plain twin.
@Suite struct TLSTwinTests {
    static let names = [
        "tls13-aes128", "tls13-aes256", "tls13-chacha", "tls13-resumed", "tls13-key-update", "tls13-retry",
        "tls12-aes128-gcm", "tls12-aes256-gcm", "tls12-chacha", "tls12-cbc-sha", "tls12-cbc-sha256",
        "tls12-cbc-sha384-etm", "tls12-rsa-cbc-etm", "tls12-resumed-ticket", "tls12-resumed-id",
    ]

    @Test(arguments: names) func decodesAsItsTwin(_ name: String) throws {
        let plain = try Replay(name + "-plain.pcap").run()
        let opened = try Replay(name + ".pcap", keys: name + ".keys").run()
        #expect(opened.totals.keysUsed)
        #expect(opened.totals.encryptedBytes == 0)
        #expect(opened.totals.understoodBytes == opened.totals.payloadBytes)
        #expect(opened.totals.decoded == plain.totals.decoded && plain.totals.decoded > 0)
        #expect(opened.connections.records.count == plain.connections.records.count)
        for (a, b) in zip(opened.connections.records, plain.connections.records) { expectEqual(a, b) }
        #expect(opened.latencyCounts == plain.latencyCounts)
        #expect(opened.hosts == plain.hosts)
    }

    private func expectEqual(_ a: ConnectionRecord, _ b: ConnectionRecord) {
        #expect(a.kafka.requests == b.kafka.requests && a.kafka.responses == b.kafka.responses)
        #expect(a.kafka.understoodBytes == b.kafka.understoodBytes)
        #expect(a.kafka.lastApi == b.kafka.lastApi && a.kafka.lastVersion == b.kafka.lastVersion)
        #expect(a.kafka.offered?.ranges == b.kafka.offered?.ranges)
        #expect(a.kafka.workAnswered == b.kafka.workAnswered && a.kafka.unmatchedAnswers == b.kafka.unmatchedAnswers)
        #expect(a.unanswered.count == b.unanswered.count)
        #expect(a.tls.handshake.serverName == "broker.test" && a.tls.isOpened)
        #expect(a.clientSpoke == .tls && b.clientSpoke == .kafka)
    }

    @Test func resumptionIsSeen() throws {
        for name in ["tls13-resumed", "tls12-resumed-ticket", "tls12-resumed-id"] {
            let file = try Replay(name + ".pcap", keys: name + ".keys").run()
            #expect(file.connections.records.map(\.tls.handshake.resumed) == [false, true], "\(name)")
        }
    }

    @Test func keysOfTheOtherSideAloneOpenHalf() throws {
        let file = try Replay("tls13-aes128.pcap", keys: "tls13-aes128.keys") { !$0.hasPrefix("SERVER") }.run()
        let record = try #require(file.connections.records.first)
        #expect(record.kafka.requests == 20 && record.kafka.responses == 0)
        #expect(file.totals.encryptedBytes > 0)
        // Unread answers are no missing answers.
        let lastSent = try #require(record.unanswered.last?.sent)
        #expect(record.lastAnswerGap.map { $0 >= lastSent } == true)
    }

    @Test func trafficSecretsAloneAreEnough() throws {
        let file = try Replay("tls13-aes256.pcap", keys: "tls13-aes256.keys") { !$0.contains("HANDSHAKE") }.run()
        #expect(file.connections.records.first?.kafka.responses == 20)
    }

    @Test func withoutKeysNothingIsDecoded() throws {
        let file = try Replay("tls12-aes128-gcm.pcap").run()
        #expect(file.totals.decoded == 0 && !file.totals.keysUsed)
        #expect(file.totals.encryptedBytes == file.totals.payloadBytes)
    }

    @Test func clearCertificateIsRead() throws {
        let file = try Replay("tls12-aes128-gcm.pcap").run()
        let certificate = try #require(file.connections.records.first?.tls.handshake.serverCertificates.first)
        #expect(certificate.subject == "broker.test" && certificate.selfSigned)
        #expect(
            certificate.covers("broker.test") && certificate.covers("127.0.0.1") && !certificate.covers("other.test"))
        #expect(certificate.keyType == "RSA" && certificate.keyBits == 2048)
        #expect(certificate.notAfter - certificate.notBefore == 3650 * 86_400)
    }

    /// Each packet in turn is missing: whatever it held, later messages are decoded again.
    @Test(arguments: ["tls13-aes128", "tls13-key-update", "tls12-aes256-gcm", "tls12-chacha", "tls12-cbc-sha"])
    func goesOnBehindEachLostPacket(_ name: String) throws {
        let count = try Replay(name + ".pcap").count()
        // The hellos and the first messages must be there, and something must come after.
        for lost in 20..<(count - 16) {
            let file = try Replay(name + ".pcap", keys: name + ".keys", lost: lost...lost).run()
            let answered = file.latencyCounts.values.reduce(0, +)
            #expect(answered >= 2 * 17, "\(name) without packet \(lost): \(answered)")
            #expect(file.totals.unknownBytes == 0, "\(name) without packet \(lost)")
        }
    }

    @Test func goesOnBehindManyLostPackets() throws {
        let file = try Replay("tls13-aes256.pcap", keys: "tls13-aes256.keys", lost: 30...50).run()
        #expect(file.totals.decoded >= 10)
        #expect(file.connections.records.first?.kafka.answerGaps ?? 0 > 0)
    }
}

/// Runs a capture through streams and conversations, with packets left out.
struct Replay {
    private let capture: String
    private let keys: String?
    private let lost: ClosedRange<Int>?
    private let keep: (String) -> Bool

    init(
        _ capture: String, keys: String? = nil, lost: ClosedRange<Int>? = nil,
        keep: @escaping (String) -> Bool = { _ in true }
    ) {
        (self.capture, self.keys, self.lost, self.keep) = (capture, keys, lost, keep)
    }

    static func path(_ name: String) -> String {
        let parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.joined(separator: "/") + "/TLSCaptures/" + name
    }

    func count() throws -> Int {
        let reader = try CaptureReader(paths: [Self.path(capture)], options: CaptureOptions())
        var count = 0
        while let batch = try reader.nextBatch() { count += batch.count }
        return count
    }

    func run() throws -> CaseFile {
        let limits = Limits()
        let reader = try CaptureReader(paths: [Self.path(capture)], options: CaptureOptions())
        let streams = StreamEngine(limits: limits)
        let conversations = ConversationEngine(limits: limits)
        if let keys {
            let text = try String(contentsOfFile: Self.path(keys), encoding: .utf8)
            for line in text.split(separator: "\n") where keep(String(line)) {
                conversations.keyLog.read("\(line)\n".utf8)
            }
        }
        var number = 0
        while let batch = try reader.nextBatch() {
            conversations.note(times: batch)
            for entry in batch {
                number += 1
                if lost?.contains(number) == true { continue }
                let told = withUnsafePointer(to: entry) { streams.process(UnsafeBufferPointer(start: $0, count: 1)) }
                conversations.consume(told)
            }
        }
        streams.finish { conversations.consume($0) }
        conversations.settle()
        return conversations.file
    }
}

extension CaseFile {
    fileprivate var latencyCounts: [Int16: Int] {
        var counts: [Int16: Int] = [:]
        for (key, histogram) in times.latency { counts[key.api, default: 0] += Int(histogram.count) }
        return counts
    }

    fileprivate var hosts: [String] { addresses.claims.map { "\($0.node) \(text($0.host) ?? "") \($0.port)" } }
}
