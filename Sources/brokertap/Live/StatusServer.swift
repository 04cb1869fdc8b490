internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An answer to a GET.
struct Answer {
    var status = "200 OK"
    var type = "text/plain; charset=utf-8"
    var policy = "default-src 'none'"
    var body: [UInt8] = []

    static func text(_ status: String, _ text: String) -> Answer {
        Answer(status: status, body: Array((text + "\n").utf8))
    }
}

/// A small HTTP/1.1 server for a few readers: GET and HEAD of a handful of paths, one request a connection, never waiting.
final class StatusServer {
    let listener: Int32
    /// What it listens at.
    let endpoint: Endpoint
    var address: String { "\(endpoint)" }
    private let isLoopback: Bool
    private var readers: [Reader] = []
    private static let readersAtOnce = 16
    private static let noSignal = Int32(MSG_NOSIGNAL)
    private static let requestBytes = 8 << 10
    /// A reader who is slower than this goes.
    private static let patience = Span.seconds(15)

    private struct Reader {
        var descriptor: Int32
        var since: Int64
        var request: [UInt8] = []
        var answer: [UInt8] = []
        var written = 0
        var isAnswered: Bool { !answer.isEmpty }
    }

    struct Failure: Error { var what: String }

    /// What is asked for.
    struct Request {
        var path: String
        /// The value of `Accept`.
        var accept: String?
    }

    /// - Parameter place: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`, `:9464` (loopback), port 0 for any that is free.
    init(place: String) throws(Failure) {
        guard let colon = place.lastIndex(of: ":"), let port = UInt16(place[place.index(after: colon)...]) else {
            throw Failure(what: "--serve cannot be '\(place)': it is ADDRESS:PORT, such as 127.0.0.1:9464")
        }
        var host = String(place[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.isEmpty || host == "localhost" { host = "127.0.0.1" }
        guard let ip = IPAddress(host) else {
            throw Failure(what: "--serve: '\(host)' is no address; give one of this machine's")
        }
        isLoopback = ip.isLoopback
        listener = socket(
            ip.isIPv6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        _ = setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard listener >= 0, Self.attach(listener, ip, port), listen(listener, 16) == 0 else {
            let words = String(cString: strerror(errno))
            if listener >= 0 { close(listener) }
            throw Failure(what: "--serve \(place): cannot listen there (\(words))")
        }
        endpoint = Endpoint(ip, Self.port(of: listener))
    }

    private static func attach(_ listener: Int32, _ ip: IPAddress, _ port: UInt16) -> Bool {
        if let v4 = ip.isIPv6 ? nil : ip.embeddedIPv4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = v4.bigEndian
            return attachName(listener, &name)
        }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &name.sin6_addr) { bytes in
            bytes.storeBytes(of: ip.high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: ip.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return attachName(listener, &name)
    }

    private static func attachName<Name>(_ listener: Int32, _ name: inout Name) -> Bool {
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<Name>.size)) == 0
            }
        }
    }

    private static func port(of listener: Int32) -> UInt16 {
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let told = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        // The port stands at the same place for both families.
        return told == 0
            ? withUnsafeBytes(of: &name) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) } : 0
    }

    func finish() {
        close(listener)
        for reader in readers { close(reader.descriptor) }
        readers = []
    }

    /// What to wait for.
    var requests: [pollfd] {
        let waiting = readers.map { reader in
            pollfd(fd: reader.descriptor, events: Int16(reader.isAnswered ? POLLOUT : POLLIN), revents: 0)
        }
        return [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)] + waiting
    }

    /// Goes on with all of them as far as that does not wait.
    /// - Parameter answer: of a path.
    func serve(at clock: Int64, _ answer: (Request) -> Answer?) {
        for _ in 0..<4 * Self.readersAtOnce {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                close(descriptor)
                continue
            }
            readers.append(Reader(descriptor: descriptor, since: clock))
            makeRoom()
        }
        for i in readers.indices.reversed() where !step(&readers[i], answer) || clock - readers[i].since > Self.patience
        {
            close(readers[i].descriptor)
            readers.remove(at: i)
        }
    }

    /// Of too many readers the one leaves that has waited longest without having asked for anything, or else the one that
    /// has been given an answer for longest: who sends nothing, or reads nothing, keeps nobody else waiting.
    private func makeRoom() {
        guard readers.count > Self.readersAtOnce else { return }
        // They stand in the order in which they came.
        let leaves = readers.firstIndex { !$0.isAnswered } ?? 0
        close(readers[leaves].descriptor)
        readers.remove(at: leaves)
    }

    /// - Returns: false where the reader is done with.
    private func step(_ reader: inout Reader, _ answer: (Request) -> Answer?) -> Bool {
        if !reader.isAnswered {
            guard take(&reader) else { return false }
            guard let head = Self.head(reader.request) else {
                if reader.request.count < Self.requestBytes { return true }
                reader.answer = Self.written(.text("431 Request Header Fields Too Large", "too large"), head: false)
                return true
            }
            reader.answer = respond(head, answer)
        }
        while reader.written < reader.answer.count {
            let count = reader.answer.withUnsafeBytes { bytes in
                bytes.baseAddress.map {
                    send(reader.descriptor, $0 + reader.written, bytes.count - reader.written, Self.noSignal)
                } ?? -1
            }
            if count <= 0 { return count < 0 && errno == EAGAIN }
            reader.written += count
        }
        shutdown(reader.descriptor, Int32(SHUT_WR))
        return false
    }

    private func take(_ reader: inout Reader) -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.requestBytes)
        let count = recv(reader.descriptor, &bytes, Self.requestBytes - reader.request.count, 0)
        if count > 0 { reader.request += bytes[..<count] }
        return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
    }

    // MARK: HTTP

    /// The lines up to the empty one; nil before that has come.
    private static func head(_ request: [UInt8]) -> [String]? {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") ?? text.range(of: "\n\n") else { return nil }
        return text[..<end.lowerBound].split(whereSeparator: \.isNewline).map(String.init)
    }

    private func respond(_ head: [String], _ answer: (Request) -> Answer?) -> [UInt8] {
        let words = (head.first ?? "").split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
            return Self.written(.text("400 Bad Request", "not understood"), head: false)
        }
        guard words[0] == "GET" || words[0] == "HEAD" else {
            return Self.written(.text("405 Method Not Allowed", "only GET and HEAD"), head: false)
        }
        guard isMeant(head) else {
            return Self.written(.text("421 Misdirected Request", "name this server by its address"), head: false)
        }
        let path = String(words[1].split(separator: "?", omittingEmptySubsequences: false).first ?? "")
        let found =
            answer(Request(path: path, accept: Self.value(of: "accept", head)))
            ?? .text("404 Not Found", "there are / /metrics /healthz /report.html /report.json")
        return Self.written(found, head: words[0] == "HEAD")
    }

    private static func value(of name: String, _ head: [String]) -> String? {
        head.dropFirst().first { $0.lowercased().hasPrefix("\(name):") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// On loopback only its own names: a page from elsewhere whose name was made to lead here learns nothing.
    private func isMeant(_ head: [String]) -> Bool {
        guard isLoopback else { return true }
        guard let value = Self.value(of: "host", head)?.filter({ $0 != " " }) else { return true }
        let name = value.hasPrefix("[") ? value.prefix { $0 != "]" }.dropFirst() : value.prefix { $0 != ":" }
        return name == "localhost" || IPAddress(name) != nil
    }

    private static func written(_ answer: Answer, head: Bool) -> [UInt8] {
        let lines = [
            "HTTP/1.1 \(answer.status)", "Content-Type: \(answer.type)", "Content-Length: \(answer.body.count)",
            "Content-Security-Policy: \(answer.policy)", "X-Content-Type-Options: nosniff",
            "Referrer-Policy: no-referrer", "Cache-Control: no-store", "Connection: close", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8) + (head ? [] : answer.body)
    }
}

extension String {
    /// Where a text stands first.
    fileprivate func range(of part: String) -> Range<Index>? { firstRange(of: part) }
}
