/// One rule: reads the case and says what it finds. It has no state of its own, and does not know whether it runs at a
/// capture's end or at a tick of a live one.
protocol Rule: Sendable {
    /// Connections whose end this rule explains are taken (`view.take`), so that later rules leave them alone.
    func judge(_ view: CaseView) -> [Verdict]
}

/// The rules, in the order in which they have the first word on a connection's end (the report contract's precedence).
enum RuleCatalog {
    static let all: [any Rule] = [
        ProtocolMismatch(),
        OneWayPaths(),
        TLSFailures(),
        SignInEnded(),
        SessionExpired(),
        LostResponses(),
        EncryptedLosses(),
        EncryptedSignIns(),
        IdleClose(),
        AdvertisedAddresses(),
        BrokerUnavailable(),
        ConnectFailures(),
        UnresolvedNames(),
        InterruptedPaths(),
        LossyPaths(),
        OverdueAnswers(),
        ErrorAnswers(),
        Throttling(),
        SlowAnswers(),
        ClusterChanged(),
        PartitionsUnwell(),
        ConnectionChurn(),
        Rebalances(),
        SingleBootstrap(),
        CredentialsInClear(),
        CertificateNotices(),
        RiskyProducer(),
        CaptureGaps(),
    ]
}
