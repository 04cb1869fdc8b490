/// Names of protocol versions.
public enum ProtocolVersion {
    /// `TLS 1.3` for 0x0304.
    public static func name(_ raw: UInt16) -> String {
        switch raw {
        case 0x0300: "SSL 3.0"
        case 0x0301...0x0304: "TLS 1.\(raw - 0x0301)"
        default: "TLS 0x\(String(raw, radix: 16))"
        }
    }
}
