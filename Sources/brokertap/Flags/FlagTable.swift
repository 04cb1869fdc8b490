internal import ReportModel
internal import Reports

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
        merge,
        Command(name: "interfaces", summary: "List the interfaces that live can capture from.", flags: [help]),
        Command(
            name: "explain", operands: "KIND[/CAUSE] | ERROR | 'LOG LINE'",
            summary: "Explain a kind of finding, an error code, or what a client printed; alone, list the kinds.",
            flags: [
                Flag(name: "markdown", help: "Print as Markdown."),
                Flag(
                    name: "markdown-directory", argument: "DIR", help: "Write all pages into DIR, one file per kind.",
                    completion: .files),
                help,
            ],
            completion: .words(FindingKind.allCases.map(\.rawValue)), maximumOperands: .max),
        Command(
            name: "schema", summary: "Print the JSON Schema of the JSON report, or the tables of --ndjson-dir.",
            flags: [
                Flag(
                    name: "sql", argument: "ENGINE",
                    help: "Print SQL that creates the tables of --ndjson-dir: for duckdb or clickhouse.",
                    completion: .words(StoreWords.Engine.allCases.map(\.rawValue))),
                Flag(name: "columns", help: "Print the tables of --ndjson-dir with their columns as Markdown."),
                help,
            ]),
        Command(
            name: "completions", operands: "SHELL", summary: "Print a completion script for bash, zsh or fish.",
            flags: [help], completion: .words(["bash", "zsh", "fish"]), minimumOperands: 1, maximumOperands: 1),
        Command(name: "man", summary: "Print the manual page (troff).", flags: [help]),
        Command(name: "version", summary: "Print the version.", flags: [help]),
        Command(
            name: "help", operands: "COMMAND", summary: "Show help on brokertap or one of its commands.", flags: [help],
            completion: .words([
                "analyze", "live", "decode", "evidence", "annotate", "readiness", "compare", "merge", "interfaces",
                "explain",
                "schema", "completions", "man", "version",
            ]),
            maximumOperands: 1),
    ]

    static func command(_ name: String) -> Command? { commands.first { $0.name == name } }

    private static let analyze = Command(
        name: "analyze", operands: Command.captures,
        summary: "Read captures (pcap, pcapng, gzip, zstd; - is standard input) and report what went wrong.",
        flags: outputs + kept + following + selection + beside + display + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    static let beside: [Flag] = [
        Flag(
            name: "client-log", argument: "FILE",
            help:
                "Show the lines of a client's or broker's log beside the packets that explain them. Its time zone and clock are"
                + " detected.",
            completion: .files, repeats: true),
        Flag(
            name: "events", argument: "FILE",
            help:
                "Show timestamped lines of any kind (deployments, pauses) on the timeline. Lines without a zone use that of --tz.",
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
            name: "ndjson-dir", argument: "DIR",
            help:
                "Write findings, incidents, connections, requests and all tables into DIR, one NDJSON file each, for DuckDB or"
                + " ClickHouse.",
            completion: .files),
        Flag(
            name: "html-events", argument: "N",
            help:
                "Requests kept one by one for --html and --ndjson-dir (default 1000000); beyond that, an even sample."),
        Flag(
            name: "report", argument: "FILE",
            help: "Write the text report to FILE, in 72 columns without colour; - is standard output.",
            completion: .files),
        Flag(
            name: "tables",
            help: "Make and show the tables of topics, producers, groups and lag, even for large inputs."),
        Flag(name: "no-tables", help: "Do not make these tables."),
        Flag(
            name: "fail-on", argument: "LEVEL",
            help:
                "Exit with 1 if there is a finding of LEVEL (error, warning, info) or worse. With unjudged, also if too little could be read to judge.",
            completion: .words(["error", "warning", "info", "unjudged"]), repeats: true),
        Flag(name: "anonymize", help: "Replace hosts, client ids and principals with aliases in every report."),
        Flag(name: "quiet", letter: "q", help: "Show no progress, and no text report unless --report asks for it."),
    ]

    static let selection: [Flag] = [
        Flag(name: "filter", letter: "f", argument: "BPF", help: "Read only packets that this capture filter matches."),
        Flag(
            name: "from", argument: "TIME",
            help:
                "Show only what is after TIME: ISO 8601, HH:MM[:SS[.f]] of the capture's day, or +SECONDS from its start."
        ),
        Flag(name: "to", argument: "TIME", help: "Show only what is before TIME, in the same forms as --from."),
        Flag(
            name: "keylog", argument: "FILE",
            help:
                "Decrypt TLS with the secrets in FILE, in the SSLKEYLOGFILE format. Default: the file that SSLKEYLOGFILE names.",
            completion: .files, repeats: true),
        Flag(name: "no-keylog", help: "Do not decrypt TLS, even if secrets are at hand."),
        Flag(
            name: "client", argument: "NAME", help: "Show only this client: address, host name or client id.",
            repeats: true),
        Flag(
            name: "broker", argument: "NAME",
            help: "Show only this broker: address or name, with or without port, or node id.", repeats: true),
        Flag(
            name: "hosts", argument: "FILE", help: "Read names of addresses from FILE, in the format of /etc/hosts.",
            completion: .files),
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
        Flag(name: "width", argument: "COLUMNS", help: "Width of the text report. Default: the terminal's, or 80."),
        Flag(
            name: "threads", argument: "N",
            help:
                "Use at most N threads (default: the machine's cores, at most 4). The second one reads packets ahead, further ones decompress captures; the report is the same."
        ),
        Flag(name: "no-progress", help: "Do not show progress on standard error."),
    ]
}
