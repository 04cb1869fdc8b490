internal import ReportModel

/// Why a conclusion is not firmer.
enum DoubtWords {
    /// One sentence for all doubts of a finding; none where there are none.
    static func sentences(_ finding: Finding) -> [String] {
        if finding.doubt.isEmpty { return [] }
        return ["Doubt: " + finding.doubt.map(phrase).joined(separator: "; ") + "."]
    }

    static func phrase(_ doubt: Doubt) -> String {
        switch doubt {
        case .gapInAnswers: "bytes from the server are missing in this capture, and the answer may be among them"
        case .gapInRequests: "bytes from the client are missing in this capture"
        case .startsMidway: "the connection is older than the capture, so its beginning was not seen"
        case .packetsCut: "a snap length cut packets, so parts of messages were not captured"
        case .packetsDropped: "the capturing host dropped packets"
        case .oneDirection: "only one direction of the connection was captured"
        case .encrypted: "the bytes are encrypted and no keys were given, so this rests on sizes and timing"
        case .captureEnds: "the capture ends here; what came afterwards is unknown"
        case .nameNotLookedUp: "no look-up of the name is in this capture, so its address is inferred from the port"
        case .attemptNotSeen: "no attempt to reach the address is in this capture"
        case .clockStepped: "the clock of the capturing host was set while it captured"
        case .damagedCapture: "the capture file is damaged"
        }
    }
}
