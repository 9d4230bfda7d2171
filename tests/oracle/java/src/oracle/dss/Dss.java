package oracle.dss;

import java.io.IOException;
import oracle.Jobs;

/**
 * EU DSS as an oracle. Jobs:
 * <pre>
 * {"file": PATH, "content": PATH?, "trust": [PEM PATH], "certificates": [PATH]?, "crls": [PATH]?,
 *  "fetch": BOOL?, "time": RFC 3339?}              judges the signatures of a file
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
            case "" -> Report.of(new Validation(job).run());
            case "validate" -> Bench.validate(job);
            case "sign" -> Bench.sign(job);
            default -> throw new IllegalArgumentException("unknown bench: " + job.path("bench"));
        });
    }
}
