import ReportModel
import Vocabulary

/// Requests as a busy cluster has them: 300 connections, waits of a long tail, a failure here and there.
enum ManyRequests {
    static var connections: [ConnectionRow] {
        (0..<300).map { i in
            let frame = FrameRef(source: 0, number: UInt64(i + 1))
            var row = ConnectionRow(
                opened: SampleReports.time(Double(i)), last: SampleReports.time(16_000), firstFrame: frame,
                lastFrame: frame)
            row.id = "c\(i + 1)"
            (row.client, row.server) = ("10.1.\(i / 12).5:\(40_000 + i)", "10.10.0.\(11 + i % 12):9092")
            (row.clientId, row.end, row.handshake) = ("orders-\(i / 12)", "open", "seen")
            row.requests = 3333
            return row
        }
    }

    static func columns(_ count: Int) -> RequestColumns {
        var columns = RequestColumns()
        columns.reserve(count)
        columns.seen = count
        columns.apiNames = [0: "Produce", 1: "Fetch", 3: "Metadata", 12: "Heartbeat"]
        var random: UInt64 = 88_172_645_463_325_252
        var correlation = [Int32](repeating: 0, count: 300)
        func next(_ bound: UInt64) -> UInt64 {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return random % bound
        }
        var time = SampleReports.time(0).nanoseconds
        var frame: UInt64 = 1
        for i in 0..<count {
            time += Int64(next(32_000_000_000 / UInt64(count) / 1000)) * 1000
            frame += 1 + next(5)
            let connection = Int(next(300))
            correlation[connection] += 1
            columns.sent.append(time)
            columns.frames.append(FrameRef(source: 0, number: frame))
            columns.connections.append(UInt32(connection))
            columns.correlationIds.append(correlation[connection])
            columns.microseconds.append(UInt32(200 + next(1 << (4 + next(14)))))
            columns.requestBytes.append(UInt32(80 + next(connection % 2 == 0 ? 20_000 : 40)))
            columns.responseBytes.append(UInt32(50 + next(connection % 2 == 0 ? 20 : 60_000)))
            columns.framesToAnswer.append(UInt32(1 + next(9)))
            columns.apis.append(i % 50 == 0 ? [3, 12][i % 2] : Int16(connection % 2))
            columns.errorCodes.append(0)
            columns.versions.append(connection % 2 == 0 ? 10 : 18)
            columns.marks.append(i == count * 5 / 8 ? [.lost, .namedByError] : next(5000) == 0 ? .lost : .answered)
        }
        return columns
    }
}
