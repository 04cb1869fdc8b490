import Foundation
import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// How advice, incidents and findings stand on the page.
@Suite struct PageAdviceTests {
    @Test func aCommandIsABlockBehindItsWords() {
        let sink = StringSink()
        let page = HTMLPage(sink: sink)
        page.step("li", HelpStep(text: "Try <it>", command: "nc -vz 10.0.0.2 9092 | grep 'a&b'"))
        page.step("li", HelpStep(text: "Ask its owner.", command: nil))
        page.step("li", HelpStep(text: "", command: "dmesg -T"))
        let steps = sink.text.components(separatedBy: "<li>").dropFirst()
        #expect(
            steps.first?.hasPrefix("Try &lt;it&gt;:<div class=\"command\"><pre><code>nc -vz 10.0.0.2 9092 | grep")
                == true)
        #expect(steps.first?.contains("a&amp;b") == true)
        #expect(steps.dropFirst().first == "Ask its owner.</li>\n")
        #expect(steps.last?.hasPrefix("<div class=\"command\"><pre><code>dmesg -T</code>") == true)
    }

    /// Narration gives commands apart: none hides in a sentence, where it could not be copied.
    @Test(arguments: SampleReports.all.map(\.name)) func noCommandHidesInASentence(_ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        for finding in report.findings {
            for step in Narration(finding, in: NarrationContext(report)).steps {
                #expect(
                    !step.text.contains("`") && step.text.firstMatch(of: #/kafka-[a-z-]+\.sh --/#) == nil,
                    "\(step.text)")
            }
        }
    }

    @Test func theSameAdviceStandsOnce() throws {
        var report = SampleReports.crash
        var copy = report.findings[0]
        copy.id = "copy-1"
        report.findings.append(copy)
        let page = html(report)
        let steps = Narration(report.findings[0], in: NarrationContext(report)).steps
        let first = try #require(steps.first)
        let words = HTMLText.content(first.text) + ":"
        #expect(page.contains("</strong> " + words) && !page.contains("<li>" + words))
        // The first finding goes on behind what the first screen says; another begins with a link there.
        #expect(page.contains("<h4>What to do next</h4>"))
        #expect(
            page.contains("<li>Begin with <a href=\"#first-step\">what to do first</a>, at the top of this page</li>"))
    }

    /// What the first screen says of the one fault that there is, its finding does not say again; a second one like it does.
    @Test func theFirstScreenIsNotRepeated() throws {
        var report = SampleReports.localhost
        #expect(report.incidents.isEmpty)
        let context = NarrationContext(report)
        let sentences = Narration(try #require(report.findings.first), in: context).sentences
        let headline = Headline(report, in: context)
        let told = sentences.filter(headline.says)
        #expect(!told.isEmpty)
        let paragraph = { (text: String) in "<p>" + HTMLText.content(text) + "</p>" }
        for sentence in sentences { #expect(html(report).contains(paragraph(sentence)) != headline.says(sentence)) }
        report.findings.append(report.findings[0])
        report.findings[report.findings.count - 1].id = "second"
        for sentence in sentences { #expect(html(report).contains(paragraph(sentence))) }
    }

    @Test func theIncidentOfTheFirstScreenIsListedAndNotRepeated() throws {
        let report = SampleReports.crash
        let incident = try #require(report.incidents.first { $0.id == report.summary.rootIncident })
        let words = IncidentWords(incident, in: NarrationContext(report))
        let page = html(report)
        #expect(page.contains("What belongs to the incident at the top of this page"))
        #expect(!page.contains("<p>" + HTMLText.content(words.sentences.joined(separator: " ")) + "</p>"))
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
