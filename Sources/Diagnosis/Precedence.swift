import ReportModel

/// A rule, what it finds, and to whom it leaves the word.
struct RankedRule {
    enum Body {
        /// It has, or asks for, the word on ends of connections.
        case ends(any EndRule)
        case facts(any Rule)
    }

    var body: Body
    var finds: [FindingKind]
    /// Kinds that go before: where one of them explains the same end, or the same attempt, this rule is silent.
    var yieldsTo: [FindingKind]

    init(_ rule: any EndRule, finds: [FindingKind], yieldsTo: [FindingKind] = []) {
        (body, self.finds, self.yieldsTo) = (.ends(rule), finds, yieldsTo)
    }

    init(_ rule: any Rule, finds: [FindingKind], yieldsTo: [FindingKind] = []) {
        (body, self.finds, self.yieldsTo) = (.facts(rule), finds, yieldsTo)
    }
}

/// Who finds what, and who yields to whom: the report contract's "one end of a connection, one finding", as one table. A rule
/// stands behind those that it yields to (`PrecedenceTests` compares), so the table is also the order in which they run.
enum Precedence {
    static let rules: [RankedRule] = ends + attempts + answers + advice

    /// Ends of connections: the first rule that explains one keeps it.
    private static let ends = [
        // What a scanner meets is nobody's fault.
        RankedRule(Probes(), finds: [.probe]),
        // The client's first bytes decide before anything that was said later; where a broker gave the address out, the
        // address is at fault.
        RankedRule(
            ProtocolMismatch(), finds: [.protocolMismatch, .advertisedAddressMismatch], yieldsTo: [.probe]),
        // What never arrived was never refused.
        RankedRule(OneWayPaths(), finds: [.networkPath], yieldsTo: [.probe, .protocolMismatch]),
        RankedRule(BlackHoles(), finds: [.networkPath], yieldsTo: [.probe, .protocolMismatch]),
        RankedRule(
            TLSFailures(), finds: [.tlsFailure, .advertisedAddressMismatch], yieldsTo: [.probe, .protocolMismatch]),
        RankedRule(
            SignInEnded(), finds: [.authTerminated],
            yieldsTo: [.advertisedAddressMismatch, .protocolMismatch, .tlsFailure]),
        RankedRule(
            SessionExpired(), finds: [.sessionExpired],
            yieldsTo: [.advertisedAddressMismatch, .protocolMismatch, .tlsFailure, .authTerminated]),
        RankedRule(LostResponses(), finds: [.disconnectBeforeResponse, .abandonedByClient], yieldsTo: lostYieldsTo),
        RankedRule(AcksZeroCloses(), finds: [.disconnectBeforeResponse], yieldsTo: lostYieldsTo),
        RankedRule(EncryptedLosses(), finds: [.disconnectBeforeResponse], yieldsTo: lostYieldsTo),
        RankedRule(
            SealedSilences(), finds: [.disconnectBeforeResponse, .responseOverdue, .slowResponse],
            yieldsTo: lostYieldsTo),
        // What lengths and pauses make possible comes behind what was read.
        RankedRule(
            EncryptedSignIns(), finds: [.authTerminated], yieldsTo: [.tlsFailure, .disconnectBeforeResponse]),
        RankedRule(
            ForgedResets(), finds: [.networkPath],
            yieldsTo: lostYieldsTo + [.disconnectBeforeResponse, .abandonedByClient]),
        RankedRule(
            IdleClose(), finds: [.idleClose],
            yieldsTo: lostYieldsTo + [.disconnectBeforeResponse, .abandonedByClient]),
        // A handshake that failed tells of its certificate itself.
        RankedRule(CertificateNotices(), finds: [.certificateNotice], yieldsTo: lostYieldsTo + [.idleClose]),
    ]

    private static let lostYieldsTo: [FindingKind] = [
        .advertisedAddressMismatch, .protocolMismatch, .tlsFailure, .authTerminated, .sessionExpired,
    ]

    /// Attempts that were never accepted. Whose they are depends on who uses the address meanwhile, and who gave it out
    /// (`AddressUse`, `AddressStory`), so that no two of these speak of one attempt.
    private static let attempts = [
        RankedRule(AdvertisedAddresses(), finds: [.advertisedAddressMismatch]),
        RankedRule(WrongNodes(), finds: [.advertisedAddressMismatch]),
        RankedRule(SwappedNodes(), finds: [.advertisedAddressMismatch]),
        RankedRule(BrokerUnavailable(), finds: [.brokerUnavailable], yieldsTo: [.advertisedAddressMismatch]),
        RankedRule(
            ConnectFailures(), finds: [.connectFailure],
            yieldsTo: [.probe, .advertisedAddressMismatch, .brokerUnavailable]),
        RankedRule(DroppedAttempts(), finds: [.networkPath], yieldsTo: [.probe, .advertisedAddressMismatch]),
        RankedRule(UnresolvedNames(), finds: [.connectFailure], yieldsTo: [.advertisedAddressMismatch]),
    ]

    /// What open connections and answers tell.
    private static let answers = [
        // What two views show is surer than what one lets guess.
        RankedRule(ViewedPaths(), finds: [.networkPath]),
        RankedRule(InterruptedPaths(), finds: [.networkPath]),
        RankedRule(LossyPaths(), finds: [.networkPath]),
        RankedRule(OverdueAnswers(), finds: [.responseOverdue], yieldsTo: [.disconnectBeforeResponse]),
        RankedRule(ErrorAnswers(), finds: [.errorResponse, .notLeader, .unsupportedVersion]),
        RankedRule(StreamsStatuses(), finds: [.errorResponse]),
        RankedRule(ControllerPorts(), finds: [.unsupportedVersion]),
        RankedRule(ProtocolViolations(), finds: [.protocolViolation]),
        RankedRule(Throttling(), finds: [.throttled]),
        RankedRule(SlowAnswers(), finds: [.slowResponse], yieldsTo: [.disconnectBeforeResponse]),
        RankedRule(EarlierRequests(), finds: [.slowResponse], yieldsTo: [.disconnectBeforeResponse]),
        RankedRule(AcknowledgedLost(), finds: [.acknowledgedLost]),
        RankedRule(CommittedOffsetsLost(), finds: [.committedOffsetLost]),
        RankedRule(HighWatermarks(), finds: [.highWatermarkStuck]),
        RankedRule(IdentityConflicts(), finds: [.identityConflict]),
        RankedRule(SlowSetup(), finds: [.slowSetup]),
        RankedRule(WaitsOverTimeout(), finds: [.clientSettings]),
        RankedRule(AnswersTooLarge(), finds: [.clientSettings]),
        RankedRule(HeadOfLine(), finds: [.clientSettings]),
        RankedRule(ClusterChanges(), finds: [.clusterChanged]),
        RankedRule(PartitionsUnwell(), finds: [.underReplicated, .leaderless]),
    ]

    private static let advice = [
        RankedRule(ConnectionChurn(), finds: [.connectionChurn]),
        RankedRule(ServerDrops(), finds: [.connectionChurn]),
        RankedRule(ConsumersBehind(), finds: [.consumerStalled, .consumerFallsBehind]),
        RankedRule(GroupRebalances(), finds: [.rebalance]),
        RankedRule(SingleBootstrap(), finds: [.singleBootstrap]),
        RankedRule(CredentialsInClear(), finds: [.credentialsInClear]),
        RankedRule(DoubledRecords(), finds: [.riskyProducer]),
        RankedRule(RiskyProducer(), finds: [.riskyProducer]),
        RankedRule(CaptureGaps(), finds: [.captureIncomplete]),
    ]

    /// What all rules say, each of what those before it left.
    static func judge(_ view: CaseView) -> [Verdict] {
        var open = OpenEnds(view)
        var verdicts: [Verdict] = []
        for rule in rules {
            let found = rule.judge(&open, view)
            assert(found.allSatisfy { rule.finds.contains($0.kind) }, "a rule found what it is not registered for")
            assert(
                found.allSatisfy { verdict in
                    verdict.excuse.map { Excuses.declared($0)?.silences.contains(verdict.kind) == true } ?? true
                }, "an excuse that is not declared for what it silences")
            verdicts += found
        }
        return ToldEvictions.excused(Excuses.confirmed(verdicts), in: view)
    }
}

extension RankedRule {
    fileprivate func judge(_ open: inout OpenEnds, _ view: CaseView) -> [Verdict] {
        switch body {
        case .facts(let rule): return rule.judge(view)
        case .ends(let rule):
            let found = rule.judge(open, view)
            open.close(found)
            return found.map(\.verdict)
        }
    }
}
