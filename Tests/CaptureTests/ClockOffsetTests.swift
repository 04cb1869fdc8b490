import Testing
import Vocabulary

@testable import Capture

/// Two places, a way of 3 to 9 ms between them, and any distance between their clocks.
@Suite struct ClockOffsetTests {
    static func comparison(offset: Int64, packets: Int = 400, back: Bool = true, limits: Limits = Limits())
        -> ClockComparison
    {
        var comparison = ClockComparison(limits: limits)
        var seed: UInt64 = 99
        for i in 0..<packets {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let way = 3_000_000 + Int64(seed >> 40) % 6_000_000
            let sent = Int64(1_800_000_000_000_000_000) + Int64(i) * 7_000_000
            let isForth = !back || i % 2 == 0
            let (here, there) = isForth ? (sent, sent + way + offset) : (sent + way, sent + offset)
            let order = i % 3 == 0 ? [(0, here), (1, there)] : [(1, there), (0, here)]
            for (source, time) in order {
                comparison.note(
                    mark: seed, source: source, time: CaptureTime(nanoseconds: time), hosts: 7, isFromFirst: isForth)
            }
        }
        return comparison
    }

    @Test(arguments: [0, 3_217_000_000, -3_217_000_000, 86_400_000_000_000, 1] as [Int64])
    func isFoundWithinItsBounds(offset: Int64) throws {
        let found = try #require(Self.comparison(offset: offset).offsets.first)
        #expect(found.source == 1)
        #expect(abs(found.nanoseconds - offset) < 1_000_000)
        let bounds = try #require(found.bounds)
        #expect(bounds.contains(offset))
        #expect(bounds.upperBound - bounds.lowerBound < 8_000_000)
    }

    @Test func oneWayTellsNoBounds() throws {
        let found = try #require(Self.comparison(offset: 5_000_000_000, back: false).offsets.first)
        #expect(found.bounds == nil)
        #expect(abs(found.nanoseconds - 5_000_000_000) < 5_000_000)
    }

    @Test func nothingInCommonTellsNothing() { #expect(Self.comparison(offset: 0, packets: 2).offsets.isEmpty) }

    /// With room for few marks both sources keep the same ones.
    @Test func fewMarksAreEnough() throws {
        var limits = Limits()
        limits.clockMarks = 64
        let found = try #require(Self.comparison(offset: -40_000_000, packets: 20_000, limits: limits).offsets.first)
        #expect(abs(found.nanoseconds + 40_000_000) < 2_000_000)
    }

    @Test func aThirdSourceIsFoundThroughTheSecond() throws {
        var comparison = Self.comparison(offset: 1_000_000_000)
        for i in 0..<20 {
            let sent = Int64(1_900_000_000_000_000_000) + Int64(i) * 1_000_000
            for (source, time) in [(1, sent), (2, sent + 500_000_000 + (i % 2 == 0 ? 1_000_000 : -1_000_000))] {
                comparison.note(
                    mark: UInt64(i) << 20, source: source, time: CaptureTime(nanoseconds: time), hosts: 8,
                    isFromFirst: i % 2 == 0)
            }
        }
        let offsets = comparison.offsets
        #expect(offsets.map(\.source) == [1, 2])
        #expect(abs(offsets[1].nanoseconds - 1_500_000_000) < 2_000_000)
    }

    @Test func timesAtTheEndOfAllNumbersDoNotTrap() {
        var comparison = ClockComparison(limits: Limits())
        for i in 0..<6 {
            comparison.note(
                mark: UInt64(i), source: i % 2, time: CaptureTime(nanoseconds: .max), hosts: 1, isFromFirst: true)
            comparison.note(
                mark: UInt64(i), source: 1 - i % 2, time: CaptureTime(nanoseconds: .min), hosts: 1, isFromFirst: i < 3)
        }
        _ = comparison.offsets
    }

    /// Milliseconds: the offset, and its bounds.
    @Test(arguments: [
        (3200, 3199, 3201, true), (-3200, -3201, -3199, true), (15, 13, 16, true), (5, 4, 6, false),
        // A clock that drifts, or was set.
        (3200, 1200, 5200, false), (20, -5, 45, false),
    ])
    func whatIsLargeAndWellKnownIsWorthCorrecting(_ ms: Int64, _ low: Int64, _ high: Int64, _ expected: Bool) {
        var offset = ClockOffset(source: 1, nanoseconds: Span.milliseconds(ms))
        #expect(!offset.isWorthCorrecting)
        offset.bounds = Span.milliseconds(low)...Span.milliseconds(high)
        #expect(offset.isWorthCorrecting == expected)
    }

    // MARK: What a gateway passes on

    /// Requests are passed on after 1 to 4 ms, their answers as late; a tenth is alike by chance.
    private func byContent(offset: Int64, requests: Int = 100, chance: Int = 10) -> [ClockOffset] {
        var comparison = ClockComparison(limits: Limits(), isOfContent: true)
        func note(_ mark: Int, _ source: Int, _ time: Int64, isRequest: Bool) {
            comparison.note(
                mark: UInt64(mark) << 8, source: source, time: CaptureTime(nanoseconds: time), hosts: 0,
                isFromFirst: isRequest)
        }
        for i in 0..<requests {
            let sent = Int64(1_800_000_000_000_000_000) + Int64(i) * 70_000_000
            let way = 1_000_000 + Int64(i * 7 % 4) * 1_000_000
            let strays = i % 20 == 0 && i / 20 < chance ? Int64(i % 3 - 1) * 9_000_000_000 : 0
            note(2 * i, 0, sent, isRequest: true)
            note(2 * i, 1, sent + way + offset + strays, isRequest: true)
            note(2 * i + 1, 1, sent + way + 2_000_000 + offset, isRequest: false)
            note(2 * i + 1, 0, sent + 2 * way + 2_000_000, isRequest: false)
        }
        return comparison.offsets
    }

    @Test(arguments: [0, 2_000_000_000, -5_000_000_000] as [Int64])
    func twoCapturesAroundAGatewayAreCompared(offset: Int64) throws {
        let found = try #require(byContent(offset: offset).first)
        #expect(abs(found.nanoseconds - offset) < 2_000_000)
        #expect(found.bounds?.contains(offset) == true)
    }

    @Test func aFewThatAreAlikeTellNothing() { #expect(byContent(offset: 2_000_000_000, requests: 15).isEmpty) }
}
