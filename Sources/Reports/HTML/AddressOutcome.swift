internal import ReportModel

/// What became of an address that a client was given: what a finding says of it, else what the client's attempts show.
struct AddressOutcome {
    let words: String
    let isBad: Bool
    /// `used` or `untried` where it is not bad; the drawing's class.
    let kind: String
    let finding: String?

    init(_ row: AddressRow, findings: [Finding]) {
        let told = findings.first { Self.speaks($0, of: row) }
        finding = told?.id
        if let detail = told?.detail {
            (words, isBad, kind) = (Self.words(detail), true, "bad")
        } else {
            (words, isBad) = (Self.words(row.fate), row.fate.isFailure)
            kind = row.fate.isFailure ? "bad" : row.fate == .used ? "used" : "untried"
        }
    }

    private static func speaks(_ finding: Finding, of row: AddressRow) -> Bool {
        guard finding.kind == .advertisedAddressMismatch, case .text(let host)? = finding[.advertisedHost],
            case .number(let port)? = finding[.advertisedPort]
        else { return false }
        let nodes = finding.nodeIds + [finding.nodeId].compactMap(\.self)
        guard nodes.isEmpty || nodes.contains(row.nodeId) else { return false }
        guard finding.client.map({ HostPort($0).host == row.client || $0 == row.client }) ?? true else { return false }
        return row.address == "\(host):\(port)" || row.address == "[\(host)]:\(port)"
    }

    private static func words(_ detail: Detail) -> String {
        switch detail {
        case .unresolvable: "name does not resolve"
        case .unspecified: "is no address to connect to"
        case .loopback: "means the client's own machine"
        case .stale: "nobody is there any more"
        case .protocol: "another protocol is spoken there"
        case .certificate: "its certificate does not fit"
        case .refused: "refused"
        case .rejected: "rejected on the way (ICMP)"
        case .noAnswer: "no answer"
        case .sameEndpoint: "several nodes share it"
        case .wrongNode: "another node answers there"
        case .private: "a private address"
        default: detail.rawValue
        }
    }

    private static func words(_ fate: AddressRow.Fate) -> String {
        switch fate {
        case .used: "used"
        case .refused: "refused"
        case .rejected: "rejected on the way (ICMP)"
        case .noAnswer: "no answer"
        case .unresolvable: "name does not resolve"
        case .notTried: "not tried"
        }
    }
}
