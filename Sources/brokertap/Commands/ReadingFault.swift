internal import Pipeline
internal import Reports

/// Why captures could not be read, or nothing of them shown.
enum ReadingFault {
    /// Says it on standard error.
    /// - Returns: the exit status of the contract.
    static func say(_ fault: any Error, _ arguments: ParsedArguments) -> Int32 {
        if let fault = fault as? ViewFault {
            StandardError.say(
                ViewFaultWords.text(fault, time: { TimeArguments.display(arguments.value("tz") ?? "UTC", at: $0) }))
        } else if let fault = fault as? FactsFault {
            StandardError.say(fault.words)
        } else {
            StandardError.say("\(fault)")
        }
        return ExitStatus.unusable
    }
}
