public import ReportModel

/// What to cut out of captures.
public struct EvidenceOptions: Sendable {
    /// What is read, with which secrets.
    public var analysis = AnalyzerOptions()
    /// The finding's id.
    public var finding = ""
    public var output = ""
    /// Sign-in tokens, records and what is not understood stay as they are.
    public var keepsSecrets = false
    /// Hosts, addresses, client ids and principals have aliases.
    public var masksNames = false
    public init() {}
}

/// Why nothing was cut.
public enum EvidenceFault: Error, Sendable {
    /// The captures are read again, and a pipe cannot be.
    case needsFiles
    case noSuchFinding(String, known: [String])
    /// It is about the capture itself.
    case aboutTheCapture(String)
    case cannotWrite(String)

    /// The system's words.
    var reason: String { if case .cannotWrite(let reason) = self { reason } else { "" } }
}

/// What was cut.
public struct EvidenceCut: Sendable {
    public var finding: Finding
    public var packets: Int64 = 0
    public var bytes: Int64 = 0
    /// What the cut holds.
    public var scope: EvidenceScope.Width
    /// The cut gives the finding again: its kind, cause, parties and certainty.
    public var isSame: Bool
    /// Of the finding in the cut, or the one that comes nearest; nil where there is none of its kind.
    public var again: Finding?
    /// Bounds that were reached, in words.
    public var losses: [String] = []
}
