import Testing
import Vocabulary

@testable import Streams

private let content = (0..<50).map { UInt8($0) }

@Suite struct FragmentTests {
    private let whole = Build.tcp(content)

    private func fragment4(_ range: Range<Int>) -> [UInt8] {
        let more = range.upperBound < whole.count ? 0x2000 : 0
        return Build.ipv4(Array(whole[range]), place: range.lowerBound / 8 | more)
    }

    private func fragment6(_ range: Range<Int>) -> [UInt8] {
        let more = range.upperBound < whole.count ? 1 : 0
        let header = [6, 0] + Build.be16(range.lowerBound | more) + Build.be32(4)
        return Build.ipv6(header + Array(whole[range]), next: 44)
    }

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func anyOrder(order: [Int]) {
        let ranges = [0..<16, 16..<48, 48..<70]
        for parts in [ranges.map(fragment4), ranges.map(fragment6)] {
            var decoder = TestDecoder()
            let got = order.map { decoder.decode(parts[$0], link: 101) }
            #expect(got.map(\.outcome) == [.fragmentHeld, .fragmentHeld, .tcp])
            #expect(got.last?.payload == content)
        }
    }

    @Test func theFirstOfOverlappingBytesStays() {
        var decoder = TestDecoder()
        var wrong = fragment4(0..<48)
        for i in wrong.indices.suffix(24) { wrong[i] = 0xEE }
        _ = decoder.decode(fragment4(24..<70), link: 101)
        let got = decoder.decodeKeeping(wrong)
        #expect(got.outcome == .tcp && got.payload == content)
    }

    /// Any cuts, in any order, some parts twice: the whole is what was sent, told once.
    @Test func randomFragments() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let places = Set((0..<Int.random(in: 1...4)).map { _ in 8 * Int.random(in: 1...8, using: &random) })
            let ends = [0] + places.sorted() + [whole.count]
            var order = Array(ends.indices.dropLast())
            order += order.filter { _ in Bool.random() }
            order.shuffle()
            for make in [fragment4, fragment6] {
                var decoder = TestDecoder()
                let got = order.map { decoder.decode(make(ends[$0]..<ends[$0 + 1]), link: 101) }
                let first = got.first { $0.outcome == .tcp }
                #expect(first?.payload == content, "\(ends) in order \(order)")
            }
        }
    }

    /// A capture that holds every fragment twice: each datagram is told once, and its copies spoil no later one of the same id.
    @Test func copiesBehindTheWholeAreNone() {
        let other = Build.tcp(content.reversed())
        var decoder = TestDecoder()
        for payload in [whole, other, whole] {
            let parts = [0..<48, 48..<payload.count].map { range in
                Build.ipv4(
                    Array(payload[range]), place: range.lowerBound / 8 | (range.upperBound < payload.count ? 0x2000 : 0)
                )
            }
            let got = [0, 0, 1, 1].map { decoder.decode(parts[$0], link: 101) }
            #expect(got.map(\.outcome) == [.fragmentHeld, .fragmentHeld, .tcp, .fragmentHeld])
            #expect(got[2].payload == Array(payload.suffix(content.count)))
        }
    }

    /// An id that comes again before its first datagram is whole.
    @Test func twoDatagramsOfOneId() {
        let other = Build.tcp(content.reversed())
        var decoder = TestDecoder()
        let beginnings = [whole, other].map { Build.ipv4(Array($0[0..<48]), place: 0x2000) }
        let ends = [whole, other].map { Build.ipv4(Array($0[48...]), place: 6) }
        let got = [beginnings[0], beginnings[1], ends[0], ends[1]].map { decoder.decode($0, link: 101) }
        #expect(got.map(\.outcome) == [.fragmentHeld, .fragmentHeld, .tcp, .tcp])
        #expect(got[2].payload == content && got[3].payload == content.reversed())
    }

    /// A capture in files of which one ends within a datagram.
    @Test func aDatagramGoesOnInTheNextFile() {
        for first in [[0, 1], [1, 0]] {
            var decoder = TestDecoder()
            let parts = [0..<48, 48..<70].map(fragment4)
            let got = zip(first, [0, 1]).map { decoder.decode(parts[$0], link: 101, source: $1) }
            #expect(got.map(\.outcome) == [.fragmentHeld, .tcp])
            #expect(got.last?.payload == content)
        }
    }

    /// Two capture points show each fragment: each puts the datagram together.
    @Test(arguments: [[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]]) func eachPlaceHasItsOwn(places: [Int]) {
        var decoder = TestDecoder()
        let parts = [0..<48, 48..<70].map(fragment4)
        var seen = [0, 0]
        let outcomes = places.map { place in
            defer { seen[place] += 1 }
            return decoder.decode(parts[seen[place]], link: 101, source: place).outcome
        }
        #expect(outcomes.filter { $0 == .tcp }.count == 2)
    }

    @Test func oldFragmentsAreForgotten() {
        var decoder = TestDecoder()
        #expect(decoder.decode(fragment4(0..<48), link: 101, seconds: 1).outcome == .fragmentHeld)
        #expect(decoder.decode(fragment4(48..<70), link: 101, seconds: 40).outcome == .fragmentHeld)
    }
}

extension TestDecoder {
    /// The payload must be read before the batch ends; the decoder's own memory outlives the packet.
    mutating func decodeKeeping(_ bytes: [UInt8]) -> Decoded { decode(bytes, link: 101) }
}
