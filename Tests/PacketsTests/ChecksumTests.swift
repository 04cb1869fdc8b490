import Testing
import Vocabulary

@testable import Streams

/// A segment with a wrong checksum is none, where those of its sender are right otherwise.
struct ChecksumTests {
    /// A segment over IPv4 (or IPv6), with its right checksum.
    private func segment(_ payload: [UInt8], isIPv6: Bool = false) -> [UInt8] {
        let bare = Build.tcp(payload)
        let addresses: [UInt8] =
            isIPv6 ? Array(Build.ipv6([])[8..<40]) : [10, 0, 0, 1, 10, 0, 0, 2]
        let sum = onesComplement(addresses + [0, 6] + Build.be16(bare.count) + bare)
        var whole = bare
        (whole[16], whole[17]) = (UInt8(truncatingIfNeeded: ~sum >> 8), UInt8(truncatingIfNeeded: ~sum))
        return Build.ethernet(isIPv6 ? Build.ipv6(whole) : Build.ipv4(whole), type: isIPv6 ? 0x86DD : 0x0800)
    }

    /// The plainest form of the sum, a word at a time.
    private func onesComplement(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for place in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[place]) << 8 | (place + 1 < bytes.count ? UInt32(bytes[place + 1]) : 0)
            sum = sum & 0xFFFF + sum >> 16
        }
        return UInt16(sum)
    }

    private func decoder() -> TestDecoder {
        var decoder = TestDecoder()
        decoder.decoder = PacketDecoder(limits: Limits(), verifiesChecksums: true)
        return decoder
    }

    @Test(arguments: [false, true], [1, 2, 7, 100, 1448])
    func oneBitTurnedOverIsDamage(isIPv6: Bool, length: Int) {
        var decoder = decoder()
        let right = segment((0..<length).map { UInt8(truncatingIfNeeded: $0) }, isIPv6: isIPv6)
        for _ in 0..<16 { #expect(decoder.decode(right).outcome == .tcp) }
        for bit in stride(from: 0, to: 8 * length, by: 1 + length / 16) {
            var damaged = right
            damaged[right.count - length + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(decoder.decode(damaged).outcome == .damaged)
            for _ in 0..<16 { #expect(decoder.decode(right).outcome == .tcp) }
        }
    }

    @Test func ofASenderWhoseCardWritesThemNoneIsDamage() {
        var decoder = decoder()
        for length in 1..<100 {
            var wrong = segment(Array(repeating: 7, count: length))
            wrong[14 + 20 + 17] ^= 0x55
            #expect(decoder.decode(wrong).outcome == .tcp)
        }
    }

    @Test func aSumOfThePseudoHeaderAloneIsLeftToTheCard() {
        var decoder = decoder()
        for _ in 0..<16 { _ = decoder.decode(segment([1, 2, 3])) }
        var merged = segment(Array(repeating: 9, count: 64))
        let pseudo = onesComplement([10, 0, 0, 1, 10, 0, 0, 2, 0, 6] + Build.be16(merged.count - 34))
        (merged[50], merged[51]) = (UInt8(pseudo >> 8), UInt8(truncatingIfNeeded: pseudo))
        #expect(decoder.decode(merged).outcome == .tcp)
    }

    @Test func whatWasCutIsNotSummedUp() {
        var decoder = decoder()
        let right = segment(Array(repeating: 1, count: 64))
        for _ in 0..<16 { _ = decoder.decode(right) }
        #expect(decoder.decode(Array(right.dropLast(8)), wire: right.count).outcome == .tcp)
    }

    @Test func unlessAskedForNoneIsVerified() {
        var decoder = TestDecoder()
        let right = segment([1, 2, 3])
        for _ in 0..<16 { _ = decoder.decode(right) }
        var damaged = right
        damaged[right.count - 1] ^= 1
        #expect(decoder.decode(damaged).outcome == .tcp)
    }
}
