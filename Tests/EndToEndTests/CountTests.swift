import Foundation
import Testing

/// That every place that counts the same thing gives the same number.
@Suite struct CountTests {
    private struct Told: Decodable {
        struct Summary: Decodable { var unanswered, lost, stillWaiting: Int }
        struct Finding: Decodable {
            var kind: String
            var requests: [JSONReport.Request]
            var requestsLeftOut: Int
        }
        var summary: Summary
        var findings: [Finding]
    }

    /// A connection lists 200 lost requests at the most, but all of them are lost.
    @Test func requestsBeyondTheListAreCounted() throws {
        let scratch = try Scratch()
        let capture = try scratch.write(PingPong.capture(rounds: 20, unanswered: 700), as: "many.pcap")
        let page = scratch.path("many.html")
        let ended = try Tool.run(["analyze", capture, "--json", "-", "--html", page])
        let told = try JSONDecoder().decode(Told.self, from: Data(ended.output))
        #expect(told.summary.unanswered == 700 && told.summary.lost == 700 && told.summary.stillWaiting == 0)
        let finding = try #require(told.findings.first { $0.kind == "disconnect-before-response" })
        #expect(finding.requests.count + finding.requestsLeftOut == 700)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains(">700 requests lost<"))
    }
}
