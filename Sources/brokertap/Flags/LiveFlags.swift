internal import ReportModel
internal import Reports

extension FlagTable {
    static let live = Command(
        name: "live", operands: "[PIPE...]",
        summary: "Watch interfaces, or captures that are still being written (FIFOs, - for standard input).",
        flags: capture + liveOutputs + keeping + stops + outputs.filter { !absent.contains($0.name) }
            + selection.filter { !absent.contains($0.name) } + display + [help],
        completion: .files, maximumOperands: 64)

    /// Flags of analyze that mean nothing, or something else, while time goes on.
    private static let absent: Set = ["filter", "from", "to", "tables", "no-tables"]

    private static let capture: [Flag] = [
        Flag(
            name: "interface", letter: "i", argument: "NAME",
            help: "Capture from this interface; any means all. 'brokertap interfaces' lists them.", repeats: true),
        Flag(
            name: "filter", letter: "f", argument: "BPF",
            help: "Capture what this filter matches. Default: TCP, DNS, ICMP and ARP, without your own SSH session."),
        Flag(name: "snaplen", argument: "BYTES", help: "Capture at most this much of each packet (default 262144)."),
        Flag(name: "buffer", argument: "SIZE", help: "Size of the kernel's buffer for each interface (default 64M)."),
        Flag(name: "promiscuous", help: "Capture packets of other hosts too."),
        Flag(name: "immediate", help: "Take each packet as it comes, which costs speed and buffer space."),
        Flag(name: "tick", argument: "TIME", help: "Update the findings every TIME (default 1s, at least 100ms)."),
    ]

    private static let liveOutputs: [Flag] = [
        Flag(
            name: "ndjson", argument: "FILE",
            help: "Append each finding and event to FILE as it comes, one JSON object per line; - is standard output.",
            completion: .files),
        Flag(
            name: "ndjson-types", argument: "LIST",
            help: "Write only these types, separated by commas: \(LiveFilter.types.joined(separator: ", "))."),
        Flag(
            name: "ndjson-rotate", argument: "SIZE",
            help:
                "Start a new --ndjson file, or file of --ndjson-dir (there 64M by default), at this size; older ones become FILE.1,"
                + " FILE.2."),
        Flag(name: "ndjson-keep", argument: "N", help: "Keep N older files (default 5)."),
        Flag(
            name: "level", argument: "LEVEL",
            help:
                "Report findings of LEVEL (error, warning, info) or worse in lines, --ndjson and --on-finding (default info).",
            completion: .words(Severity.allCases.map(\.rawValue))),
        Flag(
            name: "on-finding", argument: "COMMAND",
            help: "Run COMMAND with sh for each new finding, with the finding as JSON on its standard input."),
        Flag(
            name: "serve", argument: "ADDRESS:PORT",
            help:
                "Serve metrics (/metrics), a live page (/) and the report (/report.html) there. Anyone who reaches it can read them."
        ),
        Flag(
            name: "metric-labels", argument: "LIST",
            help:
                "With --serve, add metrics by lag (of each group in each partition; the default), client, topic: lag,client,topic."
                + " That reads every message in full and costs several times as much.",
            completion: .words(MetricLabel.allCases.map(\.rawValue)),
            optionalWords: MetricLabel.allCases.map(\.rawValue)),
        Flag(name: "plain", help: "Print lines instead of the full-screen view."),
    ]

    private static let keeping: [Flag] = [
        Flag(
            name: "evidence", argument: "DIR",
            help: "Save a pcapng file into DIR for each finding, with the packets around it.",
            completion: .files),
        Flag(
            name: "ring", argument: "SIZE",
            help: "Keep this much of the last packets in memory for --evidence (default 64M)."),
        Flag(name: "evidence-count", argument: "N", help: "Keep at most N files in DIR (default 200)."),
        Flag(name: "evidence-size", argument: "SIZE", help: "Maximum size of each file (default 16M)."),
        Flag(
            name: "keep-secrets",
            help:
                "Keep sign-in tokens, records and unknown data in --evidence and --ring-dir. Without it they are blanked."
        ),
        Flag(
            name: "ring-dir", argument: "DIR",
            help: "Keep the last packets on disk in DIR, in files that 'brokertap analyze' reads even after a crash.",
            completion: .files),
        Flag(name: "ring-dir-size", argument: "SIZE", help: "Keep this much in DIR (default 256M)."),
        Flag(
            name: "write", letter: "w", argument: "FILE",
            help: "Record all packets to FILE (pcapng), secrets included.", completion: .files),
        Flag(name: "rotate-size", argument: "SIZE", help: "Start a new FILE at this size."),
        Flag(name: "rotate-every", argument: "TIME", help: "Start a new FILE after this time."),
        Flag(name: "rotate-keep", argument: "N", help: "Keep the last N files."),
    ]

    private static let stops: [Flag] = [
        Flag(name: "for", argument: "TIME", help: "Stop after TIME: 90s, 10m, 2h."),
        Flag(
            name: "until-finding", argument: "KIND",
            help:
                "Stop at the first finding of KIND. error and warning mean that level or worse; any means every kind.",
            completion: .words(["any", "error", "warning"] + FindingKind.allCases.map(\.rawValue)), repeats: true),
    ]
}
