/// What is kept of captures for later runs, and captures that are still being written.
extension FlagTable {
    static let merge = Command(
        name: "merge", operands: Command.captures,
        summary: "Make one report of facts files (analyze --facts), as if all their captures had been read at once.",
        flags: outputs + named("facts", in: kept) + selection + beside + display + [help],
        completion: .files, minimumOperands: 1, maximumOperands: .max)

    static let kept: [Flag] = [
        Flag(
            name: "facts", argument: "FILE",
            help: "Write a facts file: the captures, condensed and without secrets, for 'brokertap merge'.",
            completion: .files),
        Flag(
            name: "checkpoint", argument: "FILE",
            help: "Go on from an earlier run: report on what FILE holds and on these captures, and renew FILE.",
            completion: .files),
    ]

    static let following: [Flag] = [
        Flag(
            name: "follow",
            help: "Wait for more of a file that is still being written, of several the newest, until interrupted."),
        Flag(name: "for", argument: "TIME", help: "With --follow: wait no longer than TIME: 90s, 10m, 2h."),
    ]
}
