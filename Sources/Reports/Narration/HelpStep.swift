internal import ReportModel

/// A step of advice: a sentence, or a command with the words that lead to it.
public struct HelpStep: Sendable, Equatable {
    /// A sentence with its full stop; before a command a clause without one, or nothing.
    public let text: String
    /// One line to paste into a shell; it ends the step, and no full stop follows it.
    public let command: String?

    /// `Look up who listens there: ss -ltnp`.
    public var line: String {
        guard let command else { return text }
        return text.isEmpty ? command : "\(text): \(command)"
    }
}

/// Steps in order; what is not known adds none.
struct Advice {
    private(set) var steps: [HelpStep] = []

    mutating func add(_ sentence: String?) {
        if let sentence, !sentence.isEmpty { steps.append(HelpStep(text: sentence, command: nil)) }
    }

    mutating func add(if condition: Bool, _ sentence: @autoclosure () -> String) {
        if condition { add(sentence()) }
    }

    mutating func add(_ step: HelpStep) { steps.append(step) }

    /// - Parameter text: what the command is for, without a full stop or colon.
    mutating func run(_ text: String, _ command: String) { steps.append(HelpStep(text: text, command: command)) }
}
