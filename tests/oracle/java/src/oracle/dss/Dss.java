package oracle.dss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import oracle.Jobs;

/**
 * EU DSS as an oracle. Jobs:
 * <pre>
 * {"file": PATH, "content": PATH?, "trust": [PEM PATH], "certificates": [PATH]?, "crls": [PATH]?,
 *  "fetch": BOOL?, "time": RFC 3339?}              judges the signatures of a file; with "own" as
 *                                                  "trust" by the file's own topmost certificates
 * {"bench": "validate", "n": N, and the above}     the warm median of that, in microseconds
 * {"bench": "sign", "n": N, "file": PATH, "level": "B-LTA"}
 *                                                  the same of signing a PDF
 * </pre>
 */
public final class Dss {
    private Dss() {
    }

    /** Answers jobs until the input ends. */
    public static void main(String[] arguments) throws IOException {
        Jobs.answer(job -> switch (job.path("bench").asText()) {
            case "" -> judge(job);
            case "validate" -> Bench.validate(job);
            case "sign" -> Bench.sign(job);
            default -> throw new IllegalArgumentException("unknown bench: " + job.path("bench"));
        });
    }

    private static ObjectNode judge(JsonNode job) throws Exception {
        Validation validation = new Validation(job);
        ObjectNode report = Report.of(validation.run());
        ArrayNode anchors = report.putArray("anchors");
        validation.anchors().forEach(anchor -> anchors.add(anchor.getEncoded()));
        return report;
    }
}
