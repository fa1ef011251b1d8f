package stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** What was read so far. */
final class Ledger {
    final Map<String, List<Integer>> values = new ConcurrentHashMap<>();
    final Set<String> ended = ConcurrentHashMap.newKeySet();
    final CountDownLatch isFull;
    private final int wanted;

    Ledger(int wanted) {
        this.wanted = wanted;
        this.isFull = new CountDownLatch(wanted);
    }

    void add(String key, int value) {
        values.computeIfAbsent(key, unseen -> Collections.synchronizedList(new ArrayList<>())).add(value);
        isFull.countDown();
    }

    long count() {
        return wanted - isFull.getCount();
    }
}
