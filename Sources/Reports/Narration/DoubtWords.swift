internal import ReportModel

/// Why a conclusion is not firmer.
enum DoubtWords {
    /// One sentence for all doubts of a finding; none where there are none.
    static func sentences(_ finding: Finding) -> [String] {
        if finding.doubt.isEmpty { return [] }
        return finding.doubt.map { "Doubt: " + phrase($0) + "." }
    }

    static func phrase(_ doubt: Doubt) -> String {
        switch doubt {
        case .gapInAnswers: "bytes from the server are missing in this capture, and the response may be among them"
        case .gapInRequests: "bytes from the client are missing in this capture"
        case .startsMidway: "the connection is older than the capture, so its start was not seen"
        case .packetsCut: "a snap length cut packets, so parts of messages were not captured"
        case .packetsDropped: "the capturing host dropped packets"
        case .oneDirection: "only one direction of the connection was captured"
        case .encrypted: "the bytes are encrypted and no keys were given, so this rests on sizes and timing"
        case .captureEnds: "the capture ends here, so what came afterwards is unknown"
        case .nameNotLookedUp: "the name was not looked up in this capture, so its address is inferred from the port"
        case .attemptNotSeen: "no attempt to reach the address is in this capture"
        case .damagedCapture: "the capture file is damaged"
        }
    }
}
