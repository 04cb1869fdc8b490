#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is written beside an output, and takes its name when it is whole. Else nothing is left of it.
public struct PartFile: ~Copyable {
    let path: String
    private let output: String

    init(of output: String) { (path, self.output) = (Self.path(of: output), output) }

    deinit { _ = unlink(path) }

    /// Where the part of an output lies.
    public static func path(of output: String) -> String { output + ".part" }

    /// It is whole.
    func keep() throws(EvidenceFault) {
        guard rename(path, output) == 0 else { throw .cannotWrite(String(cString: strerror(errno))) }
    }
}
