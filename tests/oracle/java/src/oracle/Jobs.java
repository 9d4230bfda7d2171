package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Answers jobs until the input ends: one line of JSON each, so that one warm JVM serves many files. */
public final class Jobs {
    /** Makes and reads JSON. */
    public static final JsonMapper JSON = new JsonMapper();

    /** What an oracle does with one job. */
    @FunctionalInterface
    public interface Oracle {
        /** The answer; an exception becomes {@code {"error": "..."}}. */
        ObjectNode answer(JsonNode job) throws Exception;
    }

    private Jobs() {
    }

    /** Reads jobs from standard input and writes the answers to standard output, in their order. */
    public static void answer(Oracle oracle) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // A library that prints must not spoil the answers.
        System.setOut(System.err);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
            answers.println(JSON.writeValueAsString(answerLine(oracle, line)));
        }
    }

    private static ObjectNode answerLine(Oracle oracle, String line) {
        try {
            return oracle.answer(JSON.readTree(line));
        } catch (Exception | StackOverflowError fault) {
            return JSON.createObjectNode().put("error", fault.toString());
        }
    }
}
