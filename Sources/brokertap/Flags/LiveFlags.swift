internal import ReportModel
internal import Reports

extension FlagTable {
    static let live = Command(
        name: "live", operands: "[PIPE...]",
        summary: "Watch interfaces (or captures that are being written: FIFOs, - for standard input) as they go on.",
        flags: capture + liveOutputs + keeping + stops + outputs.filter { !absent.contains($0.name) }
            + selection.filter { !absent.contains($0.name) } + display + [help],
        completion: .files, maximumOperands: 64)

    /// Flags of analyze that mean nothing, or something else, while time goes on.
    private static let absent: Set = ["filter", "from", "to", "tables", "no-tables"]

    private static let capture: [Flag] = [
        Flag(
            name: "interface", letter: "i", argument: "NAME",
            help: "Capture from this interface; any is all of them. 'brokertap interfaces' lists them.", repeats: true),
        Flag(
            name: "filter", letter: "f", argument: "BPF",
            help: "Capture what this filter accepts; default: TCP, DNS and ICMP, less your own SSH session."),
        Flag(name: "snaplen", argument: "BYTES", help: "Capture so much of each packet (default 262144)."),
        Flag(name: "buffer", argument: "SIZE", help: "The kernel's buffer for each interface (default 64M)."),
        Flag(name: "promiscuous", help: "Capture packets of other hosts too."),
        Flag(name: "immediate", help: "Take packets one by one at once; costs speed and room in the buffer."),
        Flag(name: "tick", argument: "TIME", help: "Judge anew each TIME (default 1s, at the least 100ms)."),
    ]

    private static let liveOutputs: [Flag] = [
        Flag(
            name: "ndjson", argument: "FILE",
            help: "Append each finding and event to FILE at once, a JSON object a line; - is standard output.",
            completion: .files),
        Flag(
            name: "ndjson-types", argument: "LIST",
            help: "Of these types only, separated by commas: \(LiveFilter.types.joined(separator: ", "))."),
        Flag(
            name: "ndjson-rotate", argument: "SIZE",
            help: "Begin a new --ndjson file at this size; older ones are FILE.1, FILE.2."),
        Flag(name: "ndjson-keep", argument: "N", help: "Keep N older files (default 5)."),
        Flag(
            name: "level", argument: "LEVEL",
            help: "Tell findings from this level on: in lines, in --ndjson and to --on-finding (default info).",
            completion: .words(Severity.allCases.map(\.rawValue))),
        Flag(
            name: "on-finding", argument: "COMMAND",
            help: "Run COMMAND by sh for each new finding, with the finding as JSON on its standard input."),
        Flag(
            name: "serve", argument: "ADDRESS:PORT",
            help:
                "Serve metrics (/metrics), a live page (/) and the report (/report.html) there; mind who can reach it."),
        Flag(
            name: "metric-labels",
            help:
                "With --serve: how far each group is behind in each partition (brokertap_group_lag_records). All of every message is"
                + " read for that, which costs several times as much."),
        Flag(name: "plain", help: "Lines instead of the full-screen view."),
    ]

    private static let keeping: [Flag] = [
        Flag(
            name: "evidence", argument: "DIR",
            help: "Save a pcapng file into DIR for each finding, with packets round it.",
            completion: .files),
        Flag(name: "ring", argument: "SIZE", help: "Memory for the last packets, for --evidence (default 64M)."),
        Flag(name: "evidence-count", argument: "N", help: "Files in DIR at the most (default 200)."),
        Flag(name: "evidence-size", argument: "SIZE", help: "Size of each at the most (default 16M)."),
        Flag(
            name: "keep-secrets",
            help: "Leave sign-in tokens, records and what is not understood in evidence; else they are blanked."),
        Flag(
            name: "write", letter: "w", argument: "FILE",
            help: "Record all packets to FILE (pcapng), secrets included.", completion: .files),
        Flag(name: "rotate-size", argument: "SIZE", help: "Begin a new FILE at this size."),
        Flag(name: "rotate-every", argument: "TIME", help: "Begin a new FILE after this time."),
        Flag(name: "rotate-keep", argument: "N", help: "Keep the last N files."),
    ]

    private static let stops: [Flag] = [
        Flag(name: "for", argument: "TIME", help: "Stop after TIME: 90s, 10m, 2h."),
        Flag(
            name: "until-finding", argument: "KIND",
            help:
                "Stop at the first finding of KIND; error and warning are of that level or worse, any is of every kind.",
            completion: .words(["any", "error", "warning"] + FindingKind.allCases.map(\.rawValue)), repeats: true),
    ]
}
