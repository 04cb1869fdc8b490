import Foundation
import ReportModel
import Testing

/// What must add up in every report, whatever it was made of. All reports that tests make pass through here.
enum Sums {
    static func check(_ report: Report) {
        let summary = report.summary
        let fates = [
            summary.answered, summary.lost, summary.givenUp, summary.stillWaiting, summary.wantNoAnswer,
            summary.mayWantNoAnswer,
        ]
        #expect(fates.allSatisfy { $0 >= 0 }, "fates of requests: \(fates)")
        #expect(report.capture.coverage.bytesToSpare >= 0, "\(report.capture.coverage)")
        #expect(!report.limits.contains { $0.name == "accounting" }, "\(report.limits)")
    }

    /// The same of the bytes that a user gets; those of anything but a report say nothing.
    static func check(json: [UInt8]) {
        guard json.first == UInt8(ascii: "{"), let told = try? JSONDecoder().decode(Told.self, from: Data(json)) else {
            return
        }
        let (summary, bytes) = (told.summary, told.capture.coverage)
        let fates = [summary.answered, summary.lost, summary.givenUp, summary.stillWaiting, summary.wantNoAnswer]
        #expect(summary.requests == fates.reduce(0, +) && fates.allSatisfy { $0 >= 0 }, "\(summary)")
        #expect(
            bytes.understoodBytes + bytes.encryptedBytes + bytes.unknownBytes <= bytes.tcpPayloadBytes + bytes.gapBytes,
            "\(bytes)")
    }

    private struct Told: Decodable {
        var summary: Summary
        var capture: Capture

        struct Capture: Decodable { var coverage: Coverage }
        struct Summary: Decodable {
            var requests, answered, lost, givenUp, stillWaiting, wantNoAnswer: Int64
        }
        struct Coverage: Decodable {
            var tcpPayloadBytes, understoodBytes, encryptedBytes, unknownBytes, gapBytes: Int64
        }
    }
}
