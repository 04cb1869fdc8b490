import Conversations
import Vocabulary

/// A message as one line of JSON, by the report's contract (*Decoded messages*).
struct MessageJSON {
    let hindsight: any MessageHindsight

    func append(_ message: Message, to out: inout [UInt8]) {
        let request = message.request
        out += #"{"time":""#.utf8
        CalendarTime(message.time).write(to: &out)
        out.append(UInt8(ascii: "\""))
        frame("frame", message.isRequestSeen ? request.lastFrame : .none, &out)
        frame("responseFrame", message.answer?.lastFrame ?? .none, &out)
        if let source = hindsight.sourceName(
            request.lastFrame.isNone ? message.answer?.lastFrame ?? .none : request.lastFrame)
        {
            text("source", source, &out)
        }
        text("connection", message.connection, &out)
        text("client", "\(request.client)", &out)
        text("server", "\(request.server)", &out)
        let isKnown = message.isRequestSeen
        text("api", isKnown ? message.apiName : nil, &out)
        number("apiKey", isKnown ? Int64(request.api) : nil, &out)
        number("apiVersion", isKnown ? Int64(request.version) : nil, &out)
        number("correlationId", Int64(request.correlationId), &out)
        text("clientId", request.clientId, &out)
        latency(message.latency, &out)
        number("requestBytes", isKnown ? request.bytes : nil, &out)
        number("responseBytes", message.answer?.bytes, &out)
        content("request", message.requestText, &out)
        content("response", message.answerText, &out)
        text("outcome", message.outcome?.rawValue ?? MessageOutcome.waiting.rawValue, &out)
        undecoded(message, &out)
        out += "}\n".utf8
    }

    private func key(_ name: StaticString, _ out: inout [UInt8]) {
        out += #",""#.utf8
        name.withUTF8Buffer { out += $0 }
        out += #"":"#.utf8
    }

    private func frame(_ name: StaticString, _ frame: FrameRef, _ out: inout [UInt8]) {
        number(name, frame.isNone ? nil : Int64(clamping: frame.number), &out)
    }

    private func text(_ name: StaticString, _ value: String?, _ out: inout [UInt8]) {
        key(name, &out)
        if let value { out.append(quoted: value) } else { out += "null".utf8 }
    }

    private func number(_ name: StaticString, _ value: Int64?, _ out: inout [UInt8]) {
        key(name, &out)
        if let value { out.append(decimal: value) } else { out += "null".utf8 }
    }

    /// Milliseconds with six digits behind the point: nanoseconds.
    private func latency(_ value: Int64?, _ out: inout [UInt8]) {
        key("latencyMs", &out)
        guard let value else {
            out += "null".utf8
            return
        }
        out.append(decimal: value / 1_000_000)
        guard value % 1_000_000 > 0 else { return }
        out.append(UInt8(ascii: "."))
        out.append(decimal: UInt64(value % 1_000_000), width: 6)
    }

    private func content(_ name: StaticString, _ text: [UInt8], _ out: inout [UInt8]) {
        key(name, &out)
        if text.isEmpty { out += "null".utf8 } else { out += text }
    }

    /// Of each message that was not read to its end: where, counted from its first byte, and why.
    private func undecoded(_ message: Message, _ out: inout [UInt8]) {
        let parts = [("request", message.requestReading), ("response", message.answerReading)].filter {
            $0.1.why != nil
        }
        guard !parts.isEmpty else { return }
        key("undecoded", &out)
        out.append(UInt8(ascii: "{"))
        for (place, part) in parts.enumerated() {
            if place > 0 { out.append(UInt8(ascii: ",")) }
            out.append(quoted: part.0)
            out += #":{"why":"#.utf8
            out.append(quoted: part.1.why ?? "")
            number("at", part.1.place, &out)
            text("detail", part.1.detail, &out)
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "}"))
    }
}
