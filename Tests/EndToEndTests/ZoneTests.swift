import Foundation
import Testing

/// Clock times of `--from` and `--to` are those of the capture's season, whatever that of the run.
@Suite struct ZoneTests {
    private struct Told: Decodable {
        struct Summary: Decodable { var requests: Int }
        struct Connection: Decodable { var opened: String? }
        struct Event: Decodable { var time: String }
        var timeline: [Event]
    }

    private func times(_ capture: String, _ zone: String, _ flags: [String]) throws -> [String] {
        let ended = try Tool.run(
            ["analyze", Repository.capture(capture), "--tz", "local", "--json", "-"] + flags,
            environment: ["TZ": zone])
        #expect(ended.status == 0, "\(ended.errors)")
        return try JSONDecoder().decode(Told.self, from: Data(ended.output)).timeline.map(\.time)
    }

    /// 11:14 in Berlin is 09:14 UTC in July, and would be 10:14 UTC in winter; in Saint John's it is 06:44.
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "11:14", "11:17"), ("NST3:30NDT,M3.2.0,M11.1.0", "06:44", "06:47"),
        ("UTC0", "09:14", "09:17"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-15T11:14:00", "2026-07-15T11:17:00"),
    ])
    func localTimesAreTheCapturesOwn(zone: String, from: String, to: String) throws {
        let all = try times("summer-time.pcap", zone, [])
        let some = try times("summer-time.pcap", zone, ["--from", from, "--to", to])
        #expect(some == all.filter { $0 >= "2026-07-15T09:14" && $0 < "2026-07-15T09:17" })
        #expect(!some.isEmpty && some.count < all.count)
    }
}
