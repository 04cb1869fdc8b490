public import JSONText
import KafkaDecode
import KafkaSchema
import Vocabulary

/// One line of a vector file.
public struct Vector: Sendable {
    /// Kafka's name of the message.
    public var message: String
    /// The API's key; -1 where the message has none.
    public var apiKey: Int
    public var version: Int
    public var headerVersion: Int
    /// The encoded body.
    public var body: [UInt8]
    /// What it holds, in Kafka's JSON.
    public var json: JSONValue

    /// Reads a line; nil where it does not have the form.
    public init?(line: some Collection<UInt8>) {
        guard let value = try? JSONValue(parsing: line), let message = value["message"]?.text,
            let version = value["version"]?.integer, let hex = value["hex"]?.text, let json = value["json"],
            let body = Self.bytes(hex: hex)
        else { return nil }
        self.message = message
        self.version = version
        apiKey = value["apiKey"]?.integer ?? -1
        headerVersion = value["headerVersion"]?.integer ?? -1
        self.body = body
        self.json = json
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = hex.compactMap { $0.hexDigitValue }
        guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// Compares what the decoder reads with what Kafka says that it wrote.
public struct VectorCheck {
    private let cache: PlanCache
    private var feeder = PieceFeeder()

    /// A checker; it keeps its plans from vector to vector.
    public init() {
        var limits = Limits()
        // A field is compared whole, however long.
        limits.stringBytes = Int(Int32.max)
        cache = PlanCache(selection: .everything, limits: limits)
    }

    /// What differs, each with its place in the JSON; empty where all is right. The body is fed whole, and then once for each
    /// of `splits`, in pieces of that size.
    public mutating func differences(_ vector: Vector, splits: [Int] = [1]) -> [String] {
        var found = headerDifferences(vector)
        for size in [max(vector.body.count, 1)] + splits {
            let way = size >= vector.body.count ? "" : " (in pieces of \(size))"
            found += bodyDifferences(vector, pieceSize: size).map { $0 + way }
        }
        return found
    }

    private func headerDifferences(_ vector: Vector) -> [String] {
        guard vector.headerVersion >= 0, vector.apiKey >= 0 else { return [] }
        let ours =
            vector.message.hasSuffix("Request")
            ? KafkaApi.requestHeaderVersion(vector.apiKey, version: vector.version)
            : KafkaApi.responseHeaderVersion(vector.apiKey, version: vector.version)
        return ours == vector.headerVersion ? [] : ["header version: \(ours) instead of \(vector.headerVersion)"]
    }

    private mutating func bodyDifferences(_ vector: Vector, pieceSize: Int) -> [String] {
        guard let plan = plan(for: vector) else { return ["no such version in the schema"] }
        var builder = JSONBuilder(plan: plan)
        let end = feeder.run(plan, bytes: vector.body, bodyLength: vector.body.count, pieceSize: pieceSize) {
            builder.add($0)
        }
        switch end {
        case .complete(0):
            guard let value = builder.value else { return ["$: a structure was not closed"] }
            return Self.differences(value, vector.json)
        case .complete(let leftOver): return ["$: \(leftOver) bytes are left over"]
        case .malformed(let at, let fault): return ["$: malformed at byte \(at): \(fault)"]
        case .cut: return ["$: the body seems to end early"]
        }
    }

    /// The plan by key where the key names that message, else by name.
    private func plan(for vector: Vector) -> DecodePlan? {
        let kind: MessageKind = vector.message.hasSuffix("Request") ? .request : .response
        if let plan = cache.plan(apiKey: vector.apiKey, version: vector.version, kind: kind),
            plan.message == vector.message
        {
            return plan
        }
        return cache.plan(message: vector.message, version: vector.version)
    }

    /// What differs between two values, each with its place.
    public static func differences(_ ours: JSONValue, _ theirs: JSONValue) -> [String] {
        var found: [String] = []
        compare(ours, theirs, at: "$", into: &found)
        return found
    }

    private static func compare(_ ours: JSONValue, _ theirs: JSONValue, at path: String, into found: inout [String]) {
        switch (ours, theirs) {
        case (.object(let members), .object(let expected)):
            for member in expected {
                let place = "\(path).\(member.name)"
                guard let value = ours[member.name] else {
                    found.append("\(place): missing")
                    continue
                }
                compare(value, member.value, at: place, into: &found)
            }
            for member in members where theirs[member.name] == nil {
                found.append("\(path).\(member.name): not expected")
            }
        case (.array(let elements), .array(let expected)) where elements.count == expected.count:
            for (index, pair) in zip(elements, expected).enumerated() {
                compare(pair.0, pair.1, at: "\(path)[\(index)]", into: &found)
            }
        default:
            if !isSame(ours, theirs) { found.append("\(path): \(ours.brief) instead of \(theirs.brief)") }
        }
    }

    private static func isSame(_ ours: JSONValue, _ theirs: JSONValue) -> Bool {
        switch (ours, theirs) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.number(let one), .integer(let other)): one == Double(other)
        // JSON has no words for these; Kafka's library quotes Java's.
        case (.number(let one), .string(let word)): Double(word).map { $0 == one || $0.isNaN && one.isNaN } ?? false
        case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}
