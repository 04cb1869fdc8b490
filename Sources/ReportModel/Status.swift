/// What a report comes to: the first that holds.
public enum Status: String, Sendable, CaseIterable {
    /// A finding at level error.
    case fault
    /// A warning.
    case degraded
    /// No such finding, but too little could be read to promise that there is nothing wrong.
    case cannotJudge = "cannot-judge"
    /// A promise: nothing wrong, and all of it could be seen.
    case healthy
}

/// What keeps silence from meaning health, the gravest first.
public enum Unjudged: String, Sendable, CaseIterable {
    case noPackets = "no-packets"
    /// Packets, but no TCP data.
    case noData = "no-data"
    /// TLS without keys.
    case encrypted
    /// Requests, or answers, are not in the capture.
    case oneDirection = "one-direction"
    case noKafka = "no-kafka"
    /// Less than 99 % of the traffic could be read.
    case partlyRead = "partly-read"
    /// Messages go on behind where a snap length cut them.
    case packetsCut = "packets-cut"
    /// A file ends in the middle, or is damaged.
    case sourceCutShort = "source-cut-short"
    /// Messages contradict their schema.
    case messagesMalformed = "messages-malformed"
    /// Requests were lost and no finding says why.
    case requestsUnexplained = "requests-unexplained"
    /// Connection attempts failed to the end and no finding says why.
    case attemptsFailed = "attempts-failed"
    /// Connections fell silent, or ended all at once while idle, and no finding says why.
    case endsUnexplained = "ends-unexplained"
}
