import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One capture that is read: a file, or a member of a facts file.
struct SourceInput {
    var path: String
    /// Nil: the file is a capture itself.
    var member: FactsMember?
}

/// Opens facts files: reads the table that stands at their end.
enum FactsFile {
    /// A facts file becomes its members, any other file stays what it is.
    /// - Returns: also what facts files say that they lack.
    static func expanded(
        _ paths: [String], limits: Limits
    ) throws(CaptureFault) -> (inputs: [SourceInput], losses: [String]) {
        var inputs: [SourceInput] = []
        var losses: [String] = []
        for path in paths {
            guard let index = try index(of: path, limits: limits) else {
                inputs.append(SourceInput(path: path))
                continue
            }
            losses += index.losses
            inputs += index.members.map { SourceInput(path: path, member: $0) }
        }
        return (inputs, losses)
    }

    /// Nil where it is no facts file, or cannot be opened: whoever opens it as a capture says why.
    static func index(of path: String, limits: Limits) throws(CaptureFault) -> FactsIndex? {
        guard path != "-" else { return nil }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        let opening = bytes(descriptor, at: 0, FactsIndex.openingBytes)
        guard opening.withUnsafeBytes(FactsIndex.isOpening) else { return nil }
        do throws(Damage) {
            return try index(descriptor, size: Int64(status.st_size), limits)
        } catch {
            throw error.fault(source: path, offset: 0)
        }
    }

    private static func index(_ descriptor: Int32, size: Int64, _ limits: Limits) throws(Damage) -> FactsIndex {
        let trailer = bytes(descriptor, at: size - Int64(FactsIndex.trailerBytes), FactsIndex.trailerBytes)
        guard trailer.count == FactsIndex.trailerBytes, trailer[8...].elementsEqual(FactsIndex.closing) else {
            throw Damage(kind: .cannotRead, detail: "is a facts file without its end; copy it, or write it, again")
        }
        let place = trailer[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let last = size - Int64(FactsIndex.trailerBytes)
        guard place <= UInt64(Int64.max), Int64(place) + 8 <= last else {
            throw Damage(kind: .cannotRead, detail: "is a facts file whose table lies outside of it")
        }
        let length = last - Int64(place) - 8
        guard length <= Int64(limits.factsTableBytes) else {
            throw Damage(
                kind: .cannotRead,
                detail:
                    "is a facts file with a table of \(length) bytes, more than the \(limits.factsTableBytes) allowed")
        }
        return try FactsIndex(bytes(descriptor, at: Int64(place) + 8, Int(length)), end: Int64(place))
    }

    private static func bytes(_ descriptor: Int32, at place: Int64, _ count: Int) -> [UInt8] {
        guard place >= 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(place) + off_t(filled))
                if got < 0, errno == EINTR { continue }
                if got <= 0 { return }
                filled += got
            }
        }
    }
}
