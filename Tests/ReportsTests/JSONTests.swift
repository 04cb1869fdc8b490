import Foundation
import ReportModel
import Testing

@testable import Reports

@Suite struct JSONTests {
    private func json(_ report: Report, pretty: Bool = false) -> String {
        let sink = StringSink()
        JSONReportWriter(report: report, sink: sink, pretty: pretty).write()
        return sink.text
    }

    @Test(arguments: SampleReports.all.map(\.name))
    func parsesAndPrettyIsTheSame(_ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        let plain = try JSONSerialization.jsonObject(with: Data(json(report).utf8)) as? NSDictionary
        let pretty = try JSONSerialization.jsonObject(with: Data(json(report, pretty: true).utf8)) as? NSDictionary
        #expect(plain != nil)
        #expect(plain == pretty)
    }

    @Test func hostileNamesComeBackAsTheyWere() throws {
        let text = json(SampleReports.hostile)
        for scalar in ["\u{1B}", "\u{202E}", "</script"] { #expect(!text.contains(scalar)) }
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let finding = (parsed?["findings"] as? [[String: Any]])?.first
        #expect(finding?["clientId"] as? String == SampleReports.evil)
    }

    @Test func anonymizedReportHoldsNoNames() {
        let report = Anonymizer.anonymized(SampleReports.crash)
        let text = json(report)
        for name in ["10.10.0.100", "10.10.0.12", "kafka-2.lab", "librdkafka-produce", "10.10.0.13"] {
            #expect(!text.contains(name), "\(name)")
        }
        #expect(text.contains("host-1"))
        #expect(json(Anonymizer.anonymized(SampleReports.localhost)).contains("localhost:9101"))
    }

    @Test func numbersAndControls() {
        let sink = StringSink()
        var writer = JSONWriter(sink: sink)
        writer.beginArray()
        writer.value(17.7)
        writer.value(0.1 + 0.2)
        writer.value(2.0)
        writer.value(Double.nan)
        writer.value("\u{0}\u{2028}<é")
        writer.endArray()
        writer.finish()
        #expect(sink.text == #"[17.7,0.3,2,null,"\u0000\u2028\u003cé"]"# + "\n")
    }
}
