import Testing
import Vocabulary

@testable import Conversations
@testable import Streams

/// Where a host looks up more names than there is room for, what a broker gave out is known all the same.
@Suite struct DNSRoomTests {
    private let client = Endpoint(IPAddress(v4: 0x0A00_0064), 40_000),
        resolver = Endpoint(IPAddress(v4: 0x0A00_0035), 53)

    /// A question for an IPv4 address, or the answer that there is no such name, or one address.
    private func message(_ name: String, id: Int, answers: Bool, code: UInt8 = 0) -> [UInt8] {
        let labels =
            name.split(separator: ".").reduce(into: [UInt8]()) { $0 += [UInt8($1.utf8.count)] + Array($1.utf8) } + [0]
        let count: UInt8 = answers && code == 0 ? 1 : 0
        let head: [UInt8] = [
            UInt8(id >> 8 & 255), UInt8(id & 255), answers ? 0x81 : 1, answers ? 0x80 | code : 0, 0, 1, 0, count, 0, 0,
            0, 0,
        ]
        let record: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 8, 7]
        return head + labels + [0, 1, 0, 1] + (count == 1 ? record : [])
    }

    private func look(_ reader: inout DNSReader, _ file: CaseFile, _ name: String, _ number: Int, code: UInt8 = 0) {
        for answers in [false, true] {
            let bytes = message(name, id: number, answers: answers, code: code)
            bytes.withUnsafeBufferPointer {
                reader.read(
                    Datagram(
                        source: answers ? resolver : client, destination: answers ? client : resolver,
                        bytes: $0.baseAddress!, captured: $0.count,
                        time: CaptureTime(nanoseconds: Int64(number) * 100_000_000 + (answers ? 1_000_000 : 0)),
                        frame: FrameRef(source: 0, number: UInt64(number * 2 + (answers ? 1 : 0)))), into: file)
            }
        }
    }

    /// However the snap length cuts it, the question for an address's name is known to be one.
    @Test func aCutReverseQuestionIsOne() {
        let names = ["100.0.10.10.in-addr.arpa", String(repeating: "a.", count: 32) + "ip6.arpa"]
        for name in names {
            let whole = message(name, id: 9, answers: false)
            for length in 22..<whole.count {
                let file = CaseFile(limits: Limits())
                var reader = DNSReader()
                whole.prefix(length).withContiguousStorageIfAvailable {
                    reader.read(
                        Datagram(
                            source: client, destination: resolver, bytes: $0.baseAddress!, captured: $0.count,
                            time: CaptureTime(nanoseconds: 0), frame: FrameRef(source: 0, number: 1)), into: file)
                }
                #expect(file.addresses.dns.map(\.isReverse) == [true], "\(name), \(length) bytes")
            }
        }
        #expect(file("kafka-1.lab").isEmpty)
    }

    /// What is known of a name of which the last bytes are cut.
    private func file(_ name: String) -> [DNSAnswer] {
        let file = CaseFile(limits: Limits())
        var reader = DNSReader()
        message(name, id: 9, answers: false).dropLast(7).withContiguousStorageIfAvailable {
            reader.read(
                Datagram(
                    source: client, destination: resolver, bytes: $0.baseAddress!, captured: $0.count,
                    time: CaptureTime(nanoseconds: 0), frame: FrameRef(source: 0, number: 1)), into: file)
        }
        return Array(file.addresses.dns)
    }

    /// Each answer before its question, as two queues of a card are captured.
    @Test(arguments: [UInt8(0), 3]) func anAnswerCapturedBeforeItsQuestionIsNoWait(code: UInt8) throws {
        let file = CaseFile(limits: Limits())
        var reader = DNSReader()
        for number in 1...4 {
            for answers in [true, false] {
                let bytes = message("broker2.lab", id: number, answers: answers, code: code)
                try bytes.withUnsafeBufferPointer {
                    reader.read(
                        Datagram(
                            source: answers ? resolver : client, destination: answers ? client : resolver,
                            bytes: try #require($0.baseAddress), captured: $0.count,
                            time: CaptureTime(nanoseconds: Int64(number) * 30_000_000_000 + (answers ? 0 : 400_000)),
                            frame: FrameRef(source: 0, number: UInt64(number * 2 + (answers ? 0 : 1)))), into: file)
                }
            }
        }
        let asked = try #require(file.addresses.dns.first { $0.code == nil })
        #expect(asked.answeredCount == 4 && asked.slowCount == 0 && asked.slowest == 0)
        #expect(asked.vain?.count == (code == 0 ? nil : 4))
    }

    @Test(arguments: [1, 2, 3, 16, 100]) func theLatestNamesAreKnown(most: Int) {
        var limits = Limits()
        limits.dnsAnswers = most
        let file = CaseFile(limits: limits)
        var reader = DNSReader()
        for number in 1...500 { look(&reader, file, "host\(number).example", number) }
        for number in 501...504 { look(&reader, file, "broker2.lab", number, code: 3) }
        let kept = file.addresses.dns.filter { file.text($0.name) == "broker2.lab" }
        #expect(file.addresses.dns.count <= most)
        #expect(file.addresses.limitsReached.contains { $0?.name == "dnsAnswers" })
        guard most > 2 else { return }
        #expect(kept.contains { $0.code == 3 })
        #expect(kept.first { $0.code == nil }?.vain?.count == 4)
    }
}
