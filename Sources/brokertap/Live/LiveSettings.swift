internal import Capture
internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// What the command line asks of a live run.
struct LiveSettings {
    var options = LiveOptions()
    /// Nanoseconds until the end; nil: until told.
    var duration: Int64?
    /// Kinds at whose first finding the run ends; empty text stands for every kind.
    var untilFinding: Set<String> = []
    var ndjson: String?
    var ndjsonTypes: Set<String>?
    var ndjsonBytes: Int64?
    var ndjsonKeep = 5
    var ndjsonFolder: String?
    var level = Severity.info
    var onFinding: String?
    var hosts: String?
    var serve: String?
    var write: String?
    var rotation = PacketRecorder.Rotation()
    var evidence: String?
    var evidenceBounds = EvidenceSaver.Bounds()
    var ringBytes = 64 << 20
    var ringFolder: String?
    var ringFolderBytes: Int64 = 256 << 20
    var keepsSecrets = false

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let analysis = try AnalyzeCommand.options(arguments)
        let limits = options.analysis.limits
        options.analysis = analysis
        options.analysis.limits = limits
        if arguments.has("html-events") { options.analysis.limits.loggedRequests = analysis.limits.loggedRequests }
        options.analysis.filter = nil
        try readInputs(arguments)
        try readCapture(arguments)
        duration = try Self.quantity("for", arguments, Quantity.nanoseconds, "a time such as 90s, 10m or 2h")
        untilFinding = Set(arguments.all("until-finding"))
        try readTelling(arguments)
        serve = arguments.value("serve")
        options.metricLabels = try Self.labels(arguments)
        if arguments.has("metric-labels"), serve == nil {
            throw UsageError(message: "--metric-labels needs --serve ADDRESS:PORT")
        }
        try readKeeping(arguments)
        try Self.checkAliases(arguments)
    }

    /// Without a list: the lag.
    private static func labels(_ arguments: ParsedArguments) throws(UsageError) -> Set<MetricLabel> {
        var labels: Set<MetricLabel> = []
        for text in arguments.all("metric-labels") {
            if text.isEmpty { labels.insert(.lag) }
            for word in text.split(separator: ",") {
                guard let label = MetricLabel(rawValue: String(word)) else {
                    let all = MetricLabel.allCases.map(\.rawValue).joined(separator: ", ")
                    throw UsageError(message: "--metric-labels cannot be '\(word)': there are \(all)")
                }
                labels.insert(label)
            }
        }
        return labels
    }

    /// An "interface" with a slash in it, or `-`, is a pipe.
    private mutating func readInputs(_ arguments: ParsedArguments) throws(UsageError) {
        let named = arguments.all("interface")
        options.interfaces = named.filter { $0 != "-" && !$0.contains("/") }
        options.pipes = named.filter { $0 == "-" || $0.contains("/") } + arguments.operands
        guard !options.interfaces.isEmpty || !options.pipes.isEmpty else {
            throw UsageError(
                message: "live needs an interface (-i eth0, -i any) or a pipe (- is standard input)",
                suggestion: "brokertap interfaces")
        }
        guard options.pipes.count(where: { $0 == "-" }) < 2 else {
            throw UsageError(message: "standard input can be read only once")
        }
    }

    private mutating func readCapture(_ arguments: ParsedArguments) throws(UsageError) {
        options.capture.filter = arguments.value("filter")
        options.capture.session = SSHSession.connection()
        options.analysis.filter =
            options.capture.filter
            ?? (options.interfaces.isEmpty
                ? nil : LiveCaptureOptions.defaultFilter(session: options.capture.session))
        options.capture.promiscuous = arguments.has("promiscuous")
        options.capture.immediate = arguments.has("immediate")
        let bytes = "a size such as 65535, 512k or 64M"
        if let snap = try Self.quantity("snaplen", arguments, Quantity.bytes, bytes) {
            options.capture.snapLength = min(Int(snap), options.capture.limits.packetBytes)
        }
        if let buffer = try Self.quantity("buffer", arguments, Quantity.bytes, bytes) {
            options.capture.bufferBytes = min(Int(buffer), 1 << 30)
        }
        if let tick = try Self.quantity("tick", arguments, Quantity.nanoseconds, "a time such as 500ms or 2s") {
            options.tickNanoseconds = max(tick, Span.milliseconds(100))
        }
    }

    private mutating func readTelling(_ arguments: ParsedArguments) throws(UsageError) {
        (ndjson, onFinding, hosts) = (
            arguments.value("ndjson"), arguments.value("on-finding"), arguments.value("hosts")
        )
        ndjsonFolder = arguments.value("ndjson-dir")
        options.keepsRows = ndjsonFolder != nil
        if let text = arguments.value("ndjson-types") {
            let types = Set(text.split(separator: ",").map { String($0.filter { $0 != " " }) })
            if let odd = types.subtracting(LiveFilter.types).min() ?? (types.isEmpty ? text : nil) {
                throw UsageError(
                    message: "--ndjson-types cannot be '\(odd)': there are \(LiveFilter.types.joined(separator: ", "))")
            }
            ndjsonTypes = types
        }
        ndjsonBytes = try Self.quantity("ndjson-rotate", arguments, Quantity.bytes, "a size such as 64M or 2G")
        let count = { (text: String) in Int64(text).flatMap { (0...1000).contains($0) ? $0 : nil } }
        if let keep = try Self.quantity("ndjson-keep", arguments, count, "a number up to 1000") {
            ndjsonKeep = Int(keep)
        }
        if let text = arguments.value("level") {
            guard let level = Severity(rawValue: text) else {
                throw UsageError(message: "--level cannot be '\(text)': it is info, warning or error")
            }
            self.level = level
        }
        if arguments.has("ndjson-types"), ndjson == nil {
            throw UsageError(message: "--ndjson-types needs --ndjson FILE")
        }
        for name in ["ndjson-rotate", "ndjson-keep"]
        where arguments.has(name) && ndjson == nil && ndjsonFolder == nil {
            throw UsageError(message: "--\(name) needs --ndjson FILE or --ndjson-dir DIR")
        }
        if ndjson == "-", ndjsonBytes != nil, ndjsonFolder == nil {
            throw UsageError(message: "--ndjson-rotate needs a file, not standard output")
        }
        for name in ["client", "broker"] where arguments.has(name) && ndjsonFolder != nil {
            throw UsageError(
                message: "--ndjson-dir writes all that is captured, and cannot go with --\(name): use --filter")
        }
    }

    private mutating func readKeeping(_ arguments: ParsedArguments) throws(UsageError) {
        let bytes = "a size such as 512k, 64M or 2G"
        (write, evidence) = (arguments.value("write"), arguments.value("evidence"))
        ringFolder = arguments.value("ring-dir")
        keepsSecrets = arguments.has("keep-secrets")
        let count = { (text: String) in Int64(text).flatMap { $0 > 0 ? $0 : nil } }
        rotation.bytes = try Self.quantity("rotate-size", arguments, Quantity.bytes, bytes)
        rotation.nanoseconds = try Self.quantity("rotate-every", arguments, Quantity.nanoseconds, "a time such as 10m")
        rotation.keep = try Self.quantity("rotate-keep", arguments, count, "a number").map { Int($0) }
        if let ring = try Self.quantity("ring", arguments, Quantity.bytes, bytes) { ringBytes = Int(ring) }
        let ring = { (text: String) in Quantity.bytes(text).flatMap { $0 >= DiskRing.leastBytes ? $0 : nil } }
        if let size = try Self.quantity("ring-dir-size", arguments, ring, "a size from 1M on, such as 256M or 2G") {
            ringFolderBytes = size
        }
        if let files = try Self.quantity("evidence-count", arguments, count, "a number") {
            evidenceBounds.files = Int(files)
        }
        if let size = try Self.quantity("evidence-size", arguments, Quantity.bytes, bytes) {
            evidenceBounds.bytesOfFile = size
        }
        for name in ["rotate-size", "rotate-every", "rotate-keep"] where arguments.has(name) && write == nil {
            throw UsageError(message: "--\(name) needs --write FILE")
        }
        for name in ["ring", "evidence-count", "evidence-size"]
        where arguments.has(name) && evidence == nil { throw UsageError(message: "--\(name) needs --evidence DIR") }
        if arguments.has("ring-dir-size"), ringFolder == nil {
            throw UsageError(message: "--ring-dir-size needs --ring-dir DIR")
        }
        if keepsSecrets, evidence == nil, ringFolder == nil {
            throw UsageError(message: "--keep-secrets needs --evidence DIR or --ring-dir DIR")
        }
        if rotation.keep != nil, rotation.bytes == nil, rotation.nanoseconds == nil {
            throw UsageError(message: "--rotate-keep needs --rotate-size or --rotate-every")
        }
    }

    /// Aliases are made of a whole report; what is told before its end would show the names.
    private static func checkAliases(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has("anonymize") else { return }
        for name in ["ndjson", "ndjson-dir", "serve", "evidence", "ring-dir", "write", "on-finding"]
        where arguments.has(name) {
            throw UsageError(message: "--anonymize is for the report at the end, and cannot go with --\(name)")
        }
    }

    static func quantity(
        _ name: String, _ arguments: ParsedArguments, _ read: (String) -> Int64?, _ form: String
    ) throws(UsageError) -> Int64? {
        guard let text = arguments.value(name) else { return nil }
        if let value = read(text) { return value }
        throw UsageError(message: "--\(name) cannot be '\(text)': it is \(form)")
    }
}
