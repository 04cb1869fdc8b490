import Foundation
import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// How advice, incidents and findings stand on the page.
@Suite struct PageAdviceTests {
    private func parts(_ step: String) -> [AdviceStep.Part] { AdviceStep(step).parts }

    @Test func commandsAreTakenOutOfAStep() {
        #expect(
            parts("From the client's host: ping -c 3 10.0.0.2; nc -vz 10.0.0.2 9092; ip neigh show.") == [
                .text("From the client's host: "), .command("ping -c 3 10.0.0.2"), .command("nc -vz 10.0.0.2 9092"),
                .command("ip neigh show"),
            ])
        #expect(
            parts("kafka-topics.sh --bootstrap-server b:9092 --describe, then the node that is missing.") == [
                .command("kafka-topics.sh --bootstrap-server b:9092 --describe"),
                .text("then the node that is missing."),
            ])
        #expect(
            parts("Confirm: openssl s_client -connect b:9094 </dev/null shows a certificate.") == [
                .text("Confirm: "), .command("openssl s_client -connect b:9094 </dev/null"),
                .text("shows a certificate."),
            ])
        #expect(
            parts("Show the lag:\nkafka-get-offsets.sh --topic t").last == .command("kafka-get-offsets.sh --topic t"))
    }

    @Test func quotesAndPipesBelongToACommand() {
        #expect(
            parts("On its host: dmesg -T | grep -i -E 'oom|killed process', then the log or `kubectl describe pod`.")
                == [
                    .text("On its host: "), .command("dmesg -T | grep -i -E 'oom|killed process'"),
                    .text("then the log or "), .code("kubectl describe pod"), .text("."),
                ])
        #expect(
            parts("So: tcpdump -w k.pcap 'tcp port 9092 or udp port 53'.").last
                == .command("tcpdump -w k.pcap 'tcp port 9092 or udp port 53'"))
    }

    @Test func proseStaysProse() {
        for text in [
            "Its log, and dmesg for the out-of-memory killer.", "kafka-topics.sh shows it.", "See the ip.", "",
            "`unclosed and openssl", "A group in kafka- is fine.",
        ] { #expect(parts(text).allSatisfy { if case .text = $0 { true } else { false } }, "\(text)") }
        // Among other things to look at, a command is a word of the sentence.
        #expect(parts("Look at garbage collection, iostat -x 1, and followers.").contains(.code("iostat -x 1")))
        #expect(
            parts("Look for who did: journalctl -u kafka, deployments, or the pod.").contains(
                .code("journalctl -u kafka")))
        #expect(parts("See DNS (getent hosts kafka-1) first.").contains(.code("getent hosts kafka-1")))
    }

    @Test func nothingOfAStepIsLost() {
        for step in [
            "Look: nc -vz a 1; ss -tn dst b | wc -l on the host (dig x.).", "a `b` c: curl -v http://h/.", ":: nc ",
            "nc", "nc -z",
            "openssl 'unclosed",
        ] {
            let shown = parts(step).map { part in
                switch part {
                case .text(let text), .code(let text), .command(let text): text
                }
            }.joined()
            let letters = { (text: String) in text.filter { $0.isLetter || $0.isNumber } }
            #expect(letters(shown) == letters(step))
        }
    }

    @Test func theSameAdviceStandsOnce() throws {
        var report = SampleReports.crash
        var copy = report.findings[0]
        copy.id = "copy-1"
        report.findings.append(copy)
        let page = html(report)
        let steps = Narration(report.findings[0], in: NarrationContext(report)).advice
        let first = try #require(steps.first.flatMap { AdviceStep($0).parts.first })
        guard case .text(let words) = first else {
            return #expect(Bool(false), "the sample's advice begins with words")
        }
        #expect(page.components(separatedBy: ">" + HTMLText.content(words)).count - 1 <= 1)
        #expect(page.contains("The same as <a href=\"#first-step\">at the top of this page</a>"))
    }

    @Test func onlyErrorsAreOpen() {
        var report = SampleReports.crash
        for severity in [Severity.warning, .info] {
            var finding = report.findings[0]
            (finding.severity, finding.id) = (severity, "x-\(severity)")
            report.findings.append(finding)
        }
        let page = html(report)
        #expect(
            page.contains(
                "<details class=\"finding error\" id=\"f-\(report.findings[0].id)\" data-finding=\"0\" open=\"\">"))
        #expect(
            page.contains("id=\"f-x-warning\"")
                && !page.contains(
                    "class=\"finding warning\" id=\"f-x-warning\" data-finding=\"\(report.findings.count - 2)\" open")
        )
        #expect(page.components(separatedBy: " open=\"\"").count - 1 == report.findings.count { $0.severity == .error })
    }

    @Test func incidentsListTitles() throws {
        let report = SampleReports.crash
        let incident = try #require(report.incidents.first)
        let finding = try #require(report.findings.first { incident.findings.contains($0.id) })
        let title = HTMLText.content(Narration(finding, in: NarrationContext(report)).title)
        #expect(html(report).contains("<li><a href=\"#f-\(finding.id)\">\(title)</a></li>"))
    }

    @Test func theSectionsCanBeReachedFromTheTop() {
        let page = html(SampleReports.crash)
        for target in ["timeline", "findings", "tables"] {
            #expect(page.contains("<a href=\"#\(target)\">") && page.contains("<section id=\"\(target)\""))
        }
    }

    /// A program that ends while it waits for records left nothing broken.
    @Test func whatAClientGaveUpIsNoBadLeg() {
        var report = Report()
        var row = GatewayRow(seen: Seen(first: SampleReports.time(0), last: SampleReports.time(1)))
        row.address = "10.0.0.30"
        var connection = SampleReports.crash.connections[0]
        (connection.server, connection.unanswered, connection.end) = ("10.0.0.30:9092", 1, "fin")
        report.connections = [connection]
        report.requestLog = ManyRequests.columns(1)
        report.requestLog?.connections = [0]
        report.requestLog?.marks = [.lost]
        #expect(GatewayTraffic(row, report).front.map(\.leg.isBad) == [false])
        report.requestLog?.marks = [[.lost, .namedByError]]
        #expect(GatewayTraffic(row, report).front.map(\.leg.isBad) == [true])
    }

    private func html(_ report: Report) -> String {
        let sink = StringSink()
        HTMLReportWriter(report: report, sink: sink).write()
        return sink.text
    }
}
