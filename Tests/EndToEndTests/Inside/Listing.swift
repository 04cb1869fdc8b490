import Foundation
import Pipeline

/// Messages as `decode --json` lists them.
enum Listing {
    struct Message {
        var frame: Int64?
        var responseFrame: Int64?
        var connection: String
        var server: String
        var api: String?
        var clientId: String?
        var correlationId: Int64
        var outcome: String
        var latency: Double?
        /// The whole request and response.
        var content: String
        var key: String { "\(connection) \(frame ?? -1) \(correlationId) \(outcome) \(content.count)" }
    }

    static func text(_ paths: [String], _ options: ListingOptions) throws -> String {
        var bytes: [UInt8] = []
        _ = try MessageListing(options).run(paths: paths, offset: { _ in 0 }, progress: { _ in true }) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func messages(
        _ paths: [String], _ given: ListingOptions = ListingOptions(),
        _ change: (inout ListingOptions) -> Void = { _ in }
    ) throws -> [Message] {
        var options = given
        options.isJSON = true
        change(&options)
        return try text(paths, options).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            return message(object)
        }
    }

    private static func message(_ object: [String: Any]) -> Message {
        func number(_ name: String) -> Int64? { (object[name] as? NSNumber)?.int64Value }
        func content(_ name: String) -> String {
            guard let part = object[name], !(part is NSNull) else { return "null" }
            let data = try? JSONSerialization.data(withJSONObject: part, options: [.sortedKeys])
            return String(decoding: data ?? Data(), as: UTF8.self)
        }
        return Message(
            frame: number("frame"), responseFrame: number("responseFrame"),
            connection: object["connection"] as? String ?? "", server: object["server"] as? String ?? "",
            api: object["api"] as? String, clientId: object["clientId"] as? String,
            correlationId: number("correlationId") ?? 0, outcome: object["outcome"] as? String ?? "",
            latency: (object["latencyMs"] as? NSNumber)?.doubleValue, content: content("request") + content("response"))
    }

    /// What base64 makes of a text wherever it stands in other bytes: without the letters that its neighbours change.
    static func base64(_ text: String, skipping: Int) -> String {
        let bytes = Array(text.utf8.dropFirst(skipping))
        return Data(bytes.prefix(bytes.count / 3 * 3)).base64EncodedString()
    }
}
