import TestSupport
import Testing
import Vocabulary

@testable import Diagnosis

/// Whether so many hosts waited about as long: as counting them all tells.
@Suite struct WaitsOfHostsTests {
    @Test(arguments: 0..<200) func sharedIsWhatCountingTells(seed: Int) {
        var seeded = Seeded(UInt64(seed))
        let all = (0..<Int.random(in: 0...30, using: &seeded)).map { _ in
            (
                wait: Int64.random(in: 0...40, using: &seeded),
                host: IPAddress(v4: UInt32.random(in: 1...5, using: &seeded))
            )
        }
        let waits = WaitsOfHosts(all, hosts: 3)
        for low in Int64(0)...40 {
            let range = low...(low + Int64.random(in: 0...15, using: &seeded))
            let hosts = Set(all.filter { range.contains($0.wait) }.map(\.host))
            #expect(waits.areShared(within: range) == (hosts.count >= 3))
        }
    }
}
