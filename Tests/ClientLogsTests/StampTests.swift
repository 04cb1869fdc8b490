import Testing
import Vocabulary

@testable import ClientLogs

@Suite struct StampTests {
    static let day = CaptureTime(nanoseconds: 1_795_725_405_000_000_000)
    static let moment: Int64 = 1_795_725_413_853_000_000

    static let forms = [
        "[2026-11-26 20:36:53,853] INFO x", "2026-11-26 20:36:53,853 INFO rdkafka", "2026-11-26T20:36:53.853Z [INFO] x",
        "2026/11/26 20:36:53.853000 x", "%3|1795725413.853|FAIL|rdkafka#producer-1| [thrd:x]: y",
        "20:36:53.853 [main] INFO",
        "27/Nov/2026:05:36:53.853 +0900 x", "26-Nov-2026 20:36:53.853 INFO", "26 Nov 2026 20:36:53,853 INFO",
        "Nov 26, 2026 8:36:53.853 PM org.x", "2026.11.26 20:36:53.853", "26.11.26 20:36:53.853 x",
        "26/11/26 20:36:53.853 x",
        "20261126T203653.853Z x", "20261126-20:36:53.853 x", "20261126 20:36:53.853 x", "2026-Nov-26 20:36:53.853 x",
        "11-26 20:36:53.853 W", "W1126 20:36:53.853000 7 x.go:1] y", "Thu, 26 Nov 2026 20:36:53.853 GMT x",
        "Thu Nov 26 20:36:53.853 UTC 2026 x", "2026-11-26 21:36:53.853 CET x", "2026-11-26 15:36:53.853 EST x",
        "1795725413.853 x", "1795725413853 INFO x", "[1795725413853] INFO x", "2026-11-26T22:36:53.853+02:00 x",
        "2026-11-26 15:06:53.853 -0530 x", "producer-1  | 2026-11-26 20:36:53.853 x",
    ]

    @Test(arguments: forms) func isRead(form: String) throws {
        let found = try #require(LogStamp.find(in: Array(form.utf8)[...], day: Self.day))
        #expect(found.stamp.nanoseconds == Self.moment)
        #expect(found.stamp.precision <= Span.milliseconds(1))
    }

    /// A date is never thrown away: what is of another month is not of the capture's day.
    @Test(arguments: [
        "27-Oct-2026 20:36:53.853 x", "27 Oct 2026 20:36:53,853", "Oct 27, 2026 08:36:53.853 PM x",
        "2026.10.27 20:36:53.853",
        "27.10.26 20:36:53.853", "20261027-20:36:53.853", "20261027 20:36:53.853", "10-27 20:36:53.853 x",
        "26/10/27 20:36:53.853", "2026-Oct-27 20:36:53.853", "I1027 20:36:53.853", "27/10/2026 20:36:53.853",
        "Tue Oct 27 20:36:53.853 2026", "27. Oktobra 2026 20:36:53.853", "2026 10 27 20:36:53.853",
        "27|10|2026|20:36:53.853",
    ]) func anotherDayIsNotTheCaptures(form: String) {
        let found = LogStamp.find(in: Array(form.utf8)[...], day: Self.day)
        #expect(found.map { $0.stamp.nanoseconds == Self.moment - Span.seconds(30 * 86_400) } ?? true, "\(form)")
    }

    static let halves = [
        ("11/26/2026 08:36:53.853 PM x", 20), ("11/26/2026, 8:36:53.853 PM x", 20), ("26/11/2026 8:36:53.853 pm", 20),
        ("2026-11-26 08:36:53.853 p.m. x", 20), ("2026-11-26 08:36:53.853 AM x", 8), ("8:36:53.853\u{202F}PM x", 20),
        ("26.11.2026 20:36:53,853 x", 20), ("2026-11-26 12:36:53.853 PM x", 12), ("2026-11-26 12:36:53.853 AM x", 0),
        ("2026-11-26 08:36:53.853 amqp", 8), ("2026-11-26 15:36:53.853 PM", 15),
        ("2026-11-26 03:06:53.853 PM -0530", 20),
    ]

    @Test(arguments: halves.indices) func theHalfOfTheDayIsRead(place: Int) throws {
        let (form, hour) = Self.halves[place]
        let found = try #require(LogStamp.find(in: Array(form.utf8)[...], day: Self.day))
        #expect(found.stamp.nanoseconds == Self.moment - Span.seconds(3600 * Int64(20 - hour)), "\(form)")
    }

    @Test func withoutAYearItIsTheCaptures() throws {
        let found = try #require(LogStamp.find(in: Array("Nov 26 20:36:53 host app: x".utf8)[...], day: Self.day))
        #expect(found.stamp.nanoseconds == 1_795_725_413_000_000_000)
        #expect(found.stamp.precision == Span.seconds(1))
    }

    @Test(arguments: ["no time here", "12:30", "a 20:36:53 b", "2026-13-45 20:36:53", "99999999999999999999", ""])
    func isNone(text: String) {
        #expect(LogStamp.find(in: Array(text.utf8)[...], day: Self.day) == nil)
    }

    @Test func numbersAreReadByTheirSize() {
        for text in ["1795725413.853", "1795725413853", "1795725413853000", "1795725413853000000"] {
            #expect(LogStamp.epoch(Array(text.utf8)[...])?.nanoseconds == Self.moment)
        }
        #expect(LogStamp.epoch(Array("9223372036854775807".utf8)[...]) != nil)
    }
}
