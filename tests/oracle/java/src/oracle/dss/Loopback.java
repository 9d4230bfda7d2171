package oracle.dss;

import eu.europa.esig.dss.spi.client.http.NativeHTTPDataLoader;
import eu.europa.esig.dss.spi.exception.DSSExternalResourceException;
import java.net.URI;
import java.util.Set;

/** Fetches over plain HTTP, and from this machine alone: a test must not depend on anybody else. */
final class Loopback extends NativeHTTPDataLoader {
    private static final long serialVersionUID = 1L;
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final int PATIENCE_MS = 5_000;

    Loopback() {
        setConnectTimeout(PATIENCE_MS);
        setReadTimeout(PATIENCE_MS);
    }

    @Override
    public byte[] get(String url) {
        return super.get(own(url));
    }

    @Override
    public byte[] get(String url, boolean useCaches) {
        return super.get(own(url), false);
    }

    @Override
    public byte[] post(String url, byte[] content) {
        return super.post(own(url), content);
    }

    private static String own(String url) {
        URI address = URI.create(url);
        if (!"http".equals(address.getScheme()) || !HOSTS.contains(address.getHost())) {
            throw new DSSExternalResourceException("not on the loopback: " + url);
        }
        return url;
    }
}
