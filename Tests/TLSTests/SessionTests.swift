import Testing
import Vocabulary

@testable import TLS

/// Records in any pieces, with holes, and with lies in them.
@Suite struct SessionTests {
    private let connection = TestConnection()
    private let moment = Moment(CaptureTime(nanoseconds: 1), FrameRef(source: 0, number: 1))

    private func session(keys: Bool = true) -> TLSSession {
        let log = KeyLog(limits: Limits())
        if keys { log.read(connection.keyLog.utf8) }
        return TLSSession(keyLog: log, limits: Limits(), scratch: TLSScratch(), firstIsClient: true)
    }

    /// Feeds bytes in pieces of one size. Returns the plaintext, gaps as that many dots.
    private func feed(_ session: TLSSession, first: Bool, _ bytes: [UInt8], piece: Int = .max) -> [UInt8] {
        var plain: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + min(piece, bytes.count))
            bytes[at..<end].withUnsafeBufferPointer { part in
                var rest = part
                var turns = 3 * part.count + 8
                while !rest.isEmpty, turns > 0 {
                    turns -= 1
                    let step = session.take(first: first, rest, at: moment)
                    plain += repeatElement(UInt8(ascii: "."), count: Int(step.lostBefore))
                    if let text = step.plaintext { plain += text }
                    rest = UnsafeBufferPointer(rebasing: rest[step.used...])
                }
                #expect(rest.isEmpty)
            }
            at = end
        }
        return plain
    }

    private func opened(_ session: TLSSession, piece: Int = .max) throws {
        _ = feed(session, first: true, connection.clientHello, piece: piece)
        _ = try feed(session, first: false, connection.serverHello + connection.finished(client: false), piece: piece)
        _ = try feed(session, first: true, connection.finished(client: true), piece: piece)
    }

    @Test func opensInPiecesOfEverySize() throws {
        for piece in Array(1...40) + [100, 1000] {
            let session = session()
            try opened(session, piece: piece)
            let sealer = try Sealer(connection.serverTraffic)
            let bytes = sealer.record(Array("hello ".utf8)) + sealer.record(Array("world".utf8), padding: 20)
            #expect(feed(session, first: false, bytes, piece: piece) == Array("hello world".utf8))
            #expect(session.facts.serverName == "a.b" && session.facts.version == 0x0304 && session.unreadBytes == 0)
        }
    }

    @Test func keyUpdateChangesKeys() throws {
        let session = session()
        try opened(session)
        let sealer = try Sealer(connection.clientTraffic)
        var bytes = sealer.record(Array("one".utf8)) + sealer.record(TestConnection.message(24, [0]), type: 22)
        try sealer.update()
        bytes += sealer.record(Array("two".utf8))
        #expect(feed(session, first: true, bytes) == Array("onetwo".utf8))
    }

    /// The record that told of new keys is lost.
    @Test func lostKeyUpdateIsFound() throws {
        let session = session()
        try opened(session)
        let sealer = try Sealer(connection.clientTraffic)
        let first = sealer.record(Array("one".utf8))
        let lost = sealer.record(TestConnection.message(24, [0]), type: 22)
        try sealer.update()
        let last = sealer.record(Array("two".utf8))
        #expect(feed(session, first: true, first) == Array("one".utf8))
        _ = session.lose(first: true, bytes: Int64(lost.count))
        #expect(feed(session, first: true, last).suffix(3) == Array("two".utf8))
    }

    /// Every stretch of the stream is lost in turn: what comes out behind it stands at its right place.
    @Test func holesHaveTheirLength() throws {
        let texts = ["first one", "second", "the third", "number four", "five"].map { Array($0.utf8) }
        let whole = texts.reduce([], +)
        let sealer = try Sealer(connection.serverTraffic)
        let bytes = texts.reduce([]) { $0 + sealer.record($1) }
        let lastStart = bytes.count - (texts[4].count + 22)
        for start in 0..<lastStart {
            for length in [1, 7, 30, 60] where start + length <= lastStart {
                let session = session()
                try opened(session)
                var plain = feed(session, first: false, Array(bytes[..<start]))
                _ = session.lose(first: false, bytes: Int64(length))
                plain += feed(session, first: false, Array(bytes[(start + length)...]))
                #expect(plain.count == whole.count, "hole of \(length) at \(start)")
                #expect(
                    zip(plain, whole).allSatisfy { $0 == $1 || $0 == UInt8(ascii: ".") },
                    "hole of \(length) at \(start)")
                #expect(plain.suffix(4) == Array("five".utf8))
            }
        }
    }

    @Test func keysMayComeLate() throws {
        let log = KeyLog(limits: Limits())
        let session = TLSSession(keyLog: log, limits: Limits(), scratch: TLSScratch(), firstIsClient: true)
        try opened(session)
        let sealer = try Sealer(connection.serverTraffic)
        #expect(feed(session, first: false, sealer.record(Array("missed".utf8))).isEmpty)
        log.read(connection.keyLog.utf8)
        #expect(feed(session, first: false, sealer.record(Array("seen".utf8))).suffix(4) == Array("seen".utf8))
    }

    @Test func alertsAreToldBySideAndName() throws {
        let session = session()
        try opened(session)
        let sealer = try Sealer(connection.serverTraffic)
        _ = feed(session, first: false, sealer.record([2, 116], type: 21))
        #expect(session.facts.alert?.name == "certificate_required")
        #expect(session.facts.alert?.wasEncrypted == true && session.facts.alert?.fromClient == false)
    }

    @Test func goodbyeIsNoAlert() throws {
        let session = session(keys: false)
        _ = feed(session, first: true, connection.clientHello + TestConnection.clear(21, [1, 0]))
        #expect(session.facts.alert == nil && session.facts.clientSaidGoodbye)
    }

    // MARK: Hostile bytes

    @Test func hostileLengthsEndNowhere() throws {
        for type in 0...255 {
            for length in [0, 1, 0xFF, 0xFFFF, 0xFF_FFFF] {
                let header = [UInt8(type), UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255)]
                for version: UInt8 in [1, 3, 4] {
                    let session = session()
                    var record = TestConnection.clear(22, header + [UInt8](repeating: 0xFF, count: 60))
                    record[2] = version
                    _ = feed(session, first: true, record + record)
                    _ = feed(session, first: false, record + connection.serverHello + record)
                }
            }
        }
    }

    @Test func brokenBytesNeverTrap() throws {
        var random = SystemRandomNumberGenerator()
        let sealer = try Sealer(connection.serverTraffic)
        let whole = try connection.serverHello + connection.finished(client: false) + sealer.record(Array("text".utf8))
        for _ in 0..<3000 {
            let session = session()
            _ = feed(session, first: true, connection.clientHello)
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = feed(session, first: false, bytes, piece: Int.random(in: 1...64, using: &random))
            _ = session.lose(first: false, bytes: Int64.random(in: 1...100_000, using: &random))
            _ = feed(session, first: false, bytes)
        }
    }

    @Test func cutHellosAreRead() {
        let hello = connection.clientHello
        for count in 5..<hello.count {
            let body = Array(hello[9..<max(9, count)])
            body.withUnsafeBufferPointer { _ = ClientHello($0) }
            body.withUnsafeBufferPointer { _ = ServerHello($0) }
            body.withUnsafeBufferPointer { _ = CertificateReader.facts($0) }
            body.withUnsafeBufferPointer { _ = CertificateMessage.certificates($0, tls13: count % 2 == 0) }
        }
    }
}
