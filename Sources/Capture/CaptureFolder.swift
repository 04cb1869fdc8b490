import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The captures in a folder, as `tcpdump -C`, `tcpdump -G` and dumpcap's ring leave them.
public enum CaptureFolder {
    /// The same paths, with each folder replaced by the captures that are in it, by name. What is no capture is passed over, as are hidden
    /// files, empty ones and folders in folders.
    /// - Throws: where a folder cannot be read, or has no capture.
    public static func expanded(_ paths: [String]) throws(CaptureFault) -> [String] {
        var all: [String] = []
        for path in paths { all += isFolder(path) ? try captures(in: path) : [path] }
        return all
    }

    private static func isFolder(_ path: String) -> Bool { mode(of: path) == S_IFDIR }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return path != "-" && stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func captures(in folder: String) throws(CaptureFault) -> [String] {
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let found = try names(in: folder).sorted().map { base + $0 }.filter {
            mode(of: $0) == S_IFREG && isCapture($0)
        }
        if found.isEmpty {
            throw CaptureFault(source: folder, kind: .notFound, detail: "is a folder without a capture file in it")
        }
        return found
    }

    private static func names(in folder: String) throws(CaptureFault) -> [String] {
        guard let stream = opendir(folder) else {
            throw CaptureFault(source: folder, kind: .cannotRead, detail: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// By its first bytes. One that is damaged, or may not be read, is one: whoever reads it says so.
    private static func isCapture(_ path: String) -> Bool {
        do throws(CaptureFault) {
            _ = try SourceReader(path: path, index: 0, blockBytes: 0, limits: Limits(), filter: nil)
            return true
        } catch {
            return ![.notACapture, .empty, .unknownPacking].contains(error.kind)
        }
    }
}
