import Testing
import Vocabulary

@testable import Streams

/// ARP and neighbour discovery: who asks whom, and what of it says nothing.
@Suite struct NeighbourTests {
    private static let asker: [UInt8] = [10, 0, 0, 2], target: [UInt8] = [10, 0, 0, 99], nobody: [UInt8] = [0, 0, 0, 0]

    private func arp(_ operation: Int, from sender: [UInt8], to target: [UInt8], hardware: Int = 1) -> [UInt8] {
        Build.be16(hardware) + Build.be16(0x0800) + [6, 4] + Build.be16(operation)
            + Array(repeating: 2, count: 6) + sender + Array(repeating: 0, count: 6) + target
    }

    private func read(_ packet: [UInt8]) -> Decoded {
        var decoder = TestDecoder()
        return decoder.decode(packet)
    }

    private func readARP(_ bytes: [UInt8]) -> PacketHeaders { read(Build.ethernet(bytes, type: 0x0806)).headers }

    @Test func aQuestionNamesWhoAsksAndWhoIsAskedFor() {
        let headers = readARP(arp(1, from: Self.asker, to: Self.target))
        #expect(headers.neighbour == .question)
        #expect("\(headers.source) \(headers.destination)" == "10.0.0.2 10.0.0.99")
    }

    @Test func anAnswerNamesWhoseAddressItIs() {
        let headers = readARP(arp(2, from: Self.target, to: Self.asker))
        #expect(headers.neighbour == .answer)
        #expect("\(headers.source)" == "10.0.0.99")
    }

    @Test func whoAnnouncesItselfAsksNobody() {
        #expect(readARP(arp(1, from: Self.target, to: Self.target)).neighbour == .answer)
    }

    @Test func whatSaysNothingIsPassedOver() {
        #expect(readARP(arp(1, from: Self.nobody, to: Self.target)).neighbour == .none)
        #expect(readARP(arp(3, from: Self.asker, to: Self.target)).neighbour == .none)
        #expect(readARP(arp(1, from: Self.asker, to: Self.target, hardware: 6)).neighbour == .none)
    }

    @Test(arguments: 0..<42) func aCutQuestionIsNone(length: Int) {
        let whole = Build.ethernet(arp(1, from: Self.asker, to: Self.target), type: 0x0806)
        #expect(read(Array(whole.prefix(length))).headers.neighbour == .none)
    }

    private func discovery(_ type: UInt8, _ target: UInt8) -> [UInt8] {
        let about: [UInt8] = [0xFE, 0x80] + Array(repeating: 0, count: 13) + [target]
        let message: [UInt8] = [type, 0, 0, 0, 0, 0, 0, 0] + about
        return Build.ethernet(Build.ipv6(message, next: 58), type: 0x86DD)
    }

    @Test func neighbourDiscoverySaysTheSame() {
        let question = read(discovery(135, 9))
        #expect(question.headers.neighbour == .question)
        #expect("\(question.headers.destination)" == "fe80::9")
        #expect(question.outcome == .otherIP)
        let answer = read(discovery(136, 9))
        #expect(answer.headers.neighbour == .answer)
        #expect("\(answer.headers.source)" == "fe80::9")
    }
}
