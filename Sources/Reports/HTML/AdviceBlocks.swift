internal import Vocabulary

extension HTMLPage {
    /// The step in an element of its own: prose, then its command as a block that can be copied.
    func step(
        _ tag: StaticString, _ step: HelpStep, lead: StaticString = "", _ attributes: [(StaticString, String)] = []
    ) {
        open(tag, attributes)
        raw(lead)
        guard let command = step.command else {
            text(step.text)
            return close(tag)
        }
        if !step.text.isEmpty { text(step.text + ":") }
        raw("<div class=\"command\"><pre><code>")
        text(command)
        raw("</code></pre><button type=\"button\" class=\"copy only-js\" data-what=\"Command\">copy</button></div>")
        close(tag)
    }
}
