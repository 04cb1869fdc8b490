internal import ReportModel

/// Every command and flag there is.
enum FlagTable {
    static let help = Flag(name: "help", letter: "h", help: "Show this help.")
    static let version = Flag(name: "version", letter: "V", help: "Print the version.")

    static let commands: [Command] = [
        analyze,
        live,
        decode,
        evidence,
        annotate,
        readiness,
        compare,
        Command(name: "interfaces", summary: "List the interfaces that live can capture from.", flags: [help]),
        Command(
            name: "explain", operands: "KIND[/CAUSE]", summary: "Explain a kind of finding, or list the kinds.",
            flags: [
                Flag(name: "markdown", help: "Print as Markdown."),
                Flag(
                    name: "markdown-directory", argument: "DIR", help: "Write all pages into DIR, one file a kind.",
                    completion: .files),
                help,
            ],
            completion: .words(FindingKind.allCases.map(\.rawValue)), maximumOperands: 1),
        Command(name: "schema", summary: "Print the JSON Schema of the JSON report.", flags: [help]),
        Command(
            name: "completions", operands: "SHELL", summary: "Print a completion script for bash, zsh or fish.",
            flags: [help], completion: .words(["bash", "zsh", "fish"]), minimumOperands: 1, maximumOperands: 1),
        Command(name: "man", summary: "Print the manual page (troff).", flags: [help]),
        Command(name: "version", summary: "Print the version.", flags: [help]),
        Command(
            name: "help", operands: "COMMAND", summary: "Show help on brokertap or one of its commands.", flags: [help],
            completion: .words([
                "analyze", "live", "decode", "evidence", "annotate", "readiness", "compare", "interfaces", "explain",
                "schema", "completions", "man", "version",
            ]),
            maximumOperands: 1),
    ]

    static func command(_ name: String) -> Command? { commands.first { $0.name == name } }

    private static let analyze = Command(
        name: "analyze", operands: Command.captures,
        summary: "Read captures (pcap, pcapng, gzip, zstd; - is standard input) and report what went wrong.",
        flags: outputs + selection + beside + display + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    private static let beside: [Flag] = [
        Flag(
            name: "client-log", argument: "FILE",
            help:
                "Lay the lines of a client's or broker's log beside the packets that explain them. Its time zone and clock are"
                + " found out.",
            completion: .files, repeats: true),
        Flag(
            name: "events", argument: "FILE",
            help:
                "Show timestamped lines of anything (deployments, pauses) on the timeline; without a zone in that of --tz.",
            completion: .files, repeats: true),
    ]

    static let outputs: [Flag] = [
        Flag(
            name: "json", argument: "FILE", help: "Write the JSON report to FILE; - is standard output.",
            completion: .files),
        Flag(name: "pretty", help: "Indent the JSON report."),
        Flag(
            name: "html", argument: "FILE",
            help: "Write the HTML report, one self-contained page, to FILE; - is standard output.", completion: .files),
        Flag(
            name: "html-events", argument: "N",
            help: "Requests shown one by one in the HTML report (default 1000000); the rest is thinned out evenly."),
        Flag(
            name: "report", argument: "FILE",
            help: "Write the text report to FILE: 72 columns, no colour; - is standard output, plain.",
            completion: .files),
        Flag(
            name: "tables",
            help: "Make the tables of topics, producers, groups and lag however large the input is, and show them."),
        Flag(name: "no-tables", help: "Make none of these tables."),
        Flag(
            name: "fail-on", argument: "LEVEL",
            help:
                "Exit with 1 if there is a finding of LEVEL or worse; unjudged: also if too little could be read to judge.",
            completion: .words(["error", "warning", "info", "unjudged"]), repeats: true),
        Flag(name: "anonymize", help: "Replace hosts, client ids and principals by aliases in all outputs."),
        Flag(name: "quiet", letter: "q", help: "No text report unless asked for by --report, and no progress."),
    ]

    static let selection: [Flag] = [
        Flag(name: "filter", letter: "f", argument: "BPF", help: "Read only packets that this capture filter accepts."),
        Flag(
            name: "from", argument: "TIME",
            help: "Show what is after TIME: ISO 8601, HH:MM[:SS[.f]] of the capture's day, or +SECONDS from its start."),
        Flag(name: "to", argument: "TIME", help: "Show what is before TIME; forms as for --from."),
        Flag(
            name: "keylog", argument: "FILE",
            help: "Open TLS with the secrets in FILE (the form of SSLKEYLOGFILE, whose value is the default).",
            completion: .files, repeats: true),
        Flag(name: "no-keylog", help: "Use no secrets, wherever they are."),
        Flag(
            name: "client", argument: "NAME", help: "Show only this client: address, host name or client id.",
            repeats: true),
        Flag(
            name: "broker", argument: "NAME",
            help: "Show only this broker: address or name, with or without its port, or node id.", repeats: true),
        Flag(
            name: "hosts", argument: "FILE", help: "Names of addresses, in the form of /etc/hosts.", completion: .files),
    ]

    static let display: [Flag] = [
        Flag(name: "all", letter: "a", help: "Show every finding in full, not only the five worst."),
        Flag(
            name: "tz", argument: "ZONE",
            help: "Show times in ZONE: UTC (default), local, or an offset such as +02:00.",
            completion: .words(["UTC", "local"])),
        Flag(
            name: "color", argument: "WHEN", help: "Colour: auto (default), always or never.",
            completion: .words(["auto", "always", "never"])),
        Flag(name: "no-color", help: "The same as --color never."),
        Flag(
            name: "glyphs", argument: "SET", help: "Characters for drawing: ascii, block or braille.",
            completion: .words(["ascii", "block", "braille"])),
        Flag(name: "width", argument: "COLUMNS", help: "Width of the text report; else the terminal's, or 80."),
        Flag(
            name: "threads", argument: "N",
            help: "Use at most N threads (default 2): the second unpacks a packed capture. The report is the same."),
        Flag(name: "no-progress", help: "Show no progress on standard error."),
    ]
}
