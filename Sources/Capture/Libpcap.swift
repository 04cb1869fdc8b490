import CLibpcap

/// libpcap, which captures from interfaces and compiles filters. It is opened when something first needs it: reading capture
/// files needs none.
enum Libpcap {
    /// - Parameter source: what needs it, for the fault where there is none.
    static func open(for source: String) throws(CaptureFault) -> libpcap_calls {
        guard let calls = brokertap_open_libpcap() else {
            throw CaptureFault(source: source, kind: .noLibpcap, detail: String(cString: brokertap_libpcap_fault()))
        }
        return calls.pointee
    }
}
