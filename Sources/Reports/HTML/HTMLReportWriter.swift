public import ReportModel
internal import Vocabulary

/// Writes the report as one self-contained page: what happened as plain HTML first, then the data, then the one script that
/// draws the timeline. It makes no request, and its content security policy forbids any.
public struct HTMLReportWriter {
    let report: Report
    let time: TimeDisplay
    let context: NarrationContext
    private let sink: any ByteSink
    private let allRows: Bool
    /// The page never gets larger than this; what gives way are ordinary requests.
    static let greatestBytes = 20_000_000
    /// Beyond this no more rows of depth tables are begun.
    static let tableBytes = 10_000_000

    /// - Parameters:
    ///   - time: the zone in which the page tells clock times.
    ///   - allRows: of depth tables, all rows that there is room for, for they were asked for.
    public init(report: Report, sink: any ByteSink, time: TimeDisplay = .utc, allRows: Bool = false) {
        self.report = report
        self.sink = sink
        self.time = time
        self.allRows = allRows
        context = NarrationContext(report, time: time)
    }

    public func write() {
        let counter = CountingSink(sink)
        let page = HTMLPage(sink: counter)
        head(page)
        let headline = Headline(report, in: context)
        FirstScreen(report: report, context: context, headline: headline).write(to: page)
        page.raw(
            "<section id=\"timeline\" aria-label=\"Timeline\"><noscript><p class=\"note\">The timeline needs scripts;")
        page.raw(" everything else on this page does not.</p></noscript></section>\n")
        FindingSections(report: report, context: context, headline: headline).write(to: page)
        BrokerMap(report: report, context: context).write(to: page)
        DepthPage(
            report: report, context: context, page: page,
            rowsAtMost: allRows ? DepthPage.manyRows : DepthPage.fewRows,
            isFull: { counter.count > Self.tableBytes }
        ).write()
        ReportTables(report: report, context: context).write(to: page)
        page.raw("</main>\n")
        data(page, counter)
        page.raw("<script>")
        page.sink.write(HTMLAssets.script)
        page.raw("</script>\n</body>\n</html>\n")
        sink.flush()
    }

    private func head(_ page: HTMLPage) {
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.open("meta", [("http-equiv", "Content-Security-Policy"), ("content", Self.policy)])
        page.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.raw(
            "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
        page.element("title", title)
        page.raw("\n<style>")
        page.sink.write(HTMLAssets.style)
        page.raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n")
    }

    /// Nothing but this page's own script and style, by their hashes; no request, no base, no form.
    public static var policy: String {
        "default-src 'none'; script-src 'sha256-\(HTMLAssets.scriptHash)'; style-src 'sha256-\(HTMLAssets.styleHash)'; "
            + "img-src data:; base-uri 'none'; form-action 'none'"
    }

    private var title: String {
        let names = report.capture.sources.map(\.name.baseName)
        return "\(names.first.map(Trim.name) ?? "capture") - brokertap"
    }

    private func data(_ page: HTMLPage, _ counter: CountingSink) {
        page.raw("<script type=\"application/json\" id=\"head\">")
        var writer = JSONReportWriter(report: report, sink: counter)
        writer.isHead = true
        writer.write()
        page.raw("</script>\n")
        let zone = "{\"offsetSeconds\":\(time.offsetSeconds)}"
        page.raw("<script type=\"application/json\" id=\"zone\">")
        page.sink.write(zone)
        page.raw("</script>\n<script type=\"text/plain\" id=\"cols\">")
        let room = Self.greatestBytes - counter.count - HTMLAssets.script.utf8.count - 1000
        Base64.encode(PackedRows(report).packed(budget: max(0, room / 4 * 3)), to: page.sink)
        page.raw("</script>\n")
    }
}

/// Passes everything on and counts it.
private final class CountingSink: ByteSink {
    private let target: any ByteSink
    private(set) var count = 0

    init(_ target: any ByteSink) { self.target = target }

    func write(_ bytes: [UInt8]) {
        count += bytes.count
        target.write(bytes)
    }

    func flush() {}
}
