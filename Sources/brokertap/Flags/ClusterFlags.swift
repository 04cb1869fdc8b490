/// Commands that tell of a cluster and its clients, instead of what went wrong.
extension FlagTable {
    static let readiness = Command(
        name: "readiness", operands: Command.captures,
        summary: "List each client, what Kafka 4 no longer takes of it, and who breaks on which upgrade; worst first.",
        flags: [
            Flag(
                name: "json", argument: "FILE", help: "Write the list as JSON to FILE; - is standard output.",
                completion: .files),
            Flag(
                name: "fail-on", argument: "LEVEL",
                help:
                    "Exit with 1 if a client will break (error) or may break (warning) on brokers of Kafka 4; unjudged: also if"
                    + " one could not be judged.",
                completion: .words(["error", "warning", "unjudged"]), repeats: true),
        ] + named("pretty", "anonymize", "quiet", in: outputs)
            + named("filter", "keylog", "no-keylog", "hosts", in: selection)
            + named("all", "color", "no-color", "glyphs", "width", "threads", "no-progress", in: display) + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    static let compare = Command(
        name: "compare", operands: "A B",
        summary: "Compare two captures or JSON reports: what is new, worse or gone, times by API, changed settings.",
        flags: [
            Flag(
                name: "json", argument: "FILE", help: "Write the differences as JSON to FILE; - is standard output.",
                completion: .files),
            Flag(
                name: "fail-on", argument: "LEVEL",
                help:
                    "Exit with 1 if a finding of LEVEL (error, warning, info) or worse is new in B, or worse there than in A.",
                completion: .words(["error", "warning", "info"]), repeats: true),
        ] + named("pretty", "tables", "no-tables", "quiet", in: outputs)
            + named("filter", "keylog", "no-keylog", "hosts", in: selection)
            + named("all", "color", "no-color", "glyphs", "width", "threads", "no-progress", in: display) + [help],
        completion: .files, minimumOperands: 2, maximumOperands: 2)
}
