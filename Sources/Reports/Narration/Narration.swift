public import ReportModel
internal import Vocabulary

/// A Wireshark display filter that shows a finding's evidence in one source.
public struct DisplayFilter: Sendable, Equatable {
    public var source: Int
    public var text: String
}

/// The words of one finding: for the terminal, JSON, HTML and the live view alike.
public struct Narration: Sendable {
    /// One line without a full stop.
    public let title: String
    /// What was seen, what it means, and why there may be doubt.
    public var explanation: String { sentences.joined(separator: " ") }
    /// The explanation, a sentence or a few an item; the first says what was seen.
    public let sentences: [String]
    /// What to check or run next, a step an item.
    public var advice: [String] { steps.map(\.line) }
    /// The same, with each command apart from the words that lead to it.
    public let steps: [HelpStep]
    /// What the client's library probably printed; nil where the library is not known.
    public let clientLog: String?
    /// One a source.
    public let displayFilters: [DisplayFilter]

    public init(_ finding: Finding, in context: NarrationContext) {
        let view = Case(finding: finding, context: context)
        let words = Words.of(view)
        title = capitalised(words.title)
        sentences = (words.explanation.items + DoubtWords.sentences(finding)).map(capitalised)
        steps = words.advice.steps
        clientLog = ClientLog.lines(view)
        displayFilters = DisplayFilter.of(finding, in: context.report)
    }
}

/// Sentences begin with a capital; only where they begin with a word of ours, for names and commands stay as they are.
private func capitalised(_ text: String) -> String {
    let ours = [
        "broker", "brokers", "client", "host", "the", "probably", "possibly", "no", "group", "producer", "something",
        "nothing",
        "a", "requests", "share",
    ]
    guard let word = text.split(separator: " ", maxSplits: 1).first, ours.contains(String(word)) else { return text }
    return text.prefix(1).uppercased() + text.dropFirst()
}

/// What a kind's file gives.
struct Words {
    var title: String
    var explanation = Sentences()
    var advice = Advice()

    static func of(_ view: Case) -> Words {
        switch view.finding.kind {
        case .disconnectBeforeResponse: LostResponseWords.words(view)
        case .responseOverdue: LatencyWords.overdue(view)
        case .authTerminated: SignInWords.words(view)
        case .advertisedAddressMismatch: AdvertisedAddressWords.words(view)
        case .brokerUnavailable: BrokerUnavailableWords.words(view)
        case .connectFailure: ConnectFailureWords.words(view)
        case .networkPath: PathWords.words(view)
        case .tlsFailure: TLSWords.words(view)
        case .probe: ProtocolWords.probe(view)
        case .protocolMismatch: ProtocolWords.words(view)
        case .protocolViolation: ProtocolWords.violation(view)
        case .sessionExpired: EndingWords.sessionExpired(view)
        case .idleClose: EndingWords.idleClose(view)
        case .abandonedByClient: EndingWords.abandoned(view)
        case .notLeader: ErrorWords.notLeader(view)
        case .errorResponse: ErrorWords.errorResponse(view)
        case .throttled: LatencyWords.throttled(view)
        case .unsupportedVersion: ErrorWords.unsupportedVersion(view)
        case .slowResponse: LatencyWords.slow(view)
        case .identityConflict: IdentityWords.words(view)
        case .acknowledgedLost: ConsumerWords.acknowledgedLost(view)
        case .committedOffsetLost: CommitWords.lost(view)
        case .slowSetup: SetupWords.words(view)
        case .clientSettings: SettingsWords.words(view)
        case .clusterChanged: ClusterWords.clusterChanged(view)
        case .highWatermarkStuck: WatermarkWords.words(view)
        case .underReplicated: ClusterWords.underReplicated(view)
        case .leaderless: ClusterWords.leaderless(view)
        case .connectionChurn: HabitWords.churn(view)
        case .credentialsInClear: HabitWords.credentials(view)
        case .riskyProducer: HabitWords.riskyProducer(view)
        case .singleBootstrap: HabitWords.singleBootstrap(view)
        case .certificateNotice: TLSWords.notice(view)
        case .consumerStalled: ConsumerWords.stalled(view)
        case .consumerFallsBehind: ConsumerWords.fallsBehind(view)
        case .rebalance: ClusterWords.rebalance(view)
        case .captureIncomplete: CaptureWords.incomplete(view)
        }
    }
}
