/// Commands that look inside a capture instead of judging it.
extension FlagTable {
    static let decode = Command(
        name: "decode", operands: Command.captures,
        summary: "List each request with its response: who, what, how long, and the result.",
        flags: [
            Flag(
                name: "json", argument: "FILE",
                help: "Write one JSON object per message, with all fields, to FILE; - is standard output.",
                completion: .files)
        ] + messages
            + named("filter", "from", "to", "client", "broker", "keylog", "no-keylog", "hosts", in: selection)
            + named("tz", "threads", "no-progress", in: display) + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    static let evidence = Command(
        name: "evidence", operands: Command.captures,
        summary: "Cut out the smallest capture that still shows a finding, with secrets blanked.",
        flags: [
            Flag(name: "finding", argument: "ID", help: "The finding, by its id in the report."),
            Flag(name: "out", argument: "FILE", help: "Write the cut to FILE (pcapng).", completion: .files),
            Flag(
                name: "keep-secrets",
                help: "Keep sign-in tokens, records and unknown data. Without it they are blanked."),
            Flag(
                name: "anonymize",
                help: "Replace addresses, host names, client ids and principals in the packets with aliases."),
        ] + named("tables", "no-tables", in: outputs) + named("filter", "keylog", "no-keylog", "hosts", in: selection)
            + named("threads", "no-progress", in: display) + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    static let annotate = Command(
        name: "annotate", operands: "FILE",
        summary: "Copy a capture with every finding as a comment on its packets, for Wireshark.",
        flags: [Flag(name: "out", argument: "FILE", help: "Write the copy to FILE (pcapng).", completion: .files)]
            + named("tables", "no-tables", in: outputs) + named("keylog", "no-keylog", "hosts", in: selection)
            + named("threads", "no-progress", in: display) + [help],
        completion: .files, minimumOperands: 1, maximumOperands: 1)

    private static let messages: [Flag] = [
        Flag(name: "api", argument: "NAME", help: "Show only this API: Fetch, or its number.", repeats: true),
        Flag(name: "topic", argument: "NAME", help: "Show only what is about this topic.", repeats: true),
        Flag(name: "group", argument: "NAME", help: "Show only what is about this group.", repeats: true),
        Flag(
            name: "error", argument: "CODE",
            help: "Show only what was answered with this error: its name, its number, or any.", repeats: true),
        Flag(name: "slower", argument: "TIME", help: "Show only what waited longer than TIME: 1s, 250ms."),
        Flag(
            name: "connection", argument: "ID", help: "Show only this connection, by its id in the report.",
            repeats: true),
        Flag(name: "finding", argument: "ID", help: "Show the messages of this finding, by its id in the report."),
        Flag(
            name: "context", argument: "N",
            help: "With --finding: so many messages before and behind each on its connection (default 5)."),
    ]

    static func named(_ names: String..., in flags: [Flag]) -> [Flag] { flags.filter { names.contains($0.name) } }
}
