import Testing

@testable import Capture

/// Counters of a file may be anything.
@Suite struct CounterTests {
    @Test func dropsStopAtTheGreatest() {
        var source = SourceFacts()
        #expect(source.drops == 0)
        (source.interfaceDrops, source.systemDrops) = (.max, .max)
        #expect(source.drops == .max)
        #expect([source, source].drops == .max)
        (source.interfaceDrops, source.systemDrops) = (3, nil)
        #expect([source, SourceFacts(), source].drops == 6)
    }

    /// libpcap counts in the unit that the interface can do, which need not be the one asked for.
    @Test func timesOfPacketsAreInTheUnitAgreedTo() {
        let nanoseconds = PacketClock(precision: 1).nanoseconds(seconds: 5, fraction: 123_456_789)
        #expect(nanoseconds == 5_123_456_789)
        #expect(PacketClock(precision: 0).nanoseconds(seconds: 5, fraction: 123_456) == 5_123_456_000)
    }
}
