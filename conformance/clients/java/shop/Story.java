package shop;

import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * Runs the steps of the shop's day in order and reports each on one line.
 *
 * <p>A failed step prints what it expected and the last request that was sent, and the story goes on: the later steps say
 * how far the fault reaches. Nothing here knows what the steps do.
 */
final class Story implements ExecutionInterceptor {
    /** A title and what is done under it. */
    record Step(String title, Play play) {}

    /** A part of the story that may fail in any way. */
    interface Play {
        void run() throws Exception;
    }

    private volatile String lastRequest = "none";

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        lastRequest = context.request().toString();
    }

    /** Runs every step and returns the exit status of the process. */
    int tell(List<Step> steps) {
        long failures = steps.stream().filter(step -> !passes(step)).count();
        System.out.printf("%d of %d steps passed%n", steps.size() - failures, steps.size());
        return failures == 0 ? 0 : 1;
    }

    private boolean passes(Step step) {
        long started = System.nanoTime();
        try {
            step.play().run();
        } catch (Exception | AssertionError error) {
            System.out.printf("FAILED  %s%nlast request: %s%n", step.title(), lastRequest);
            error.printStackTrace(System.out);
            return false;
        }
        System.out.printf("ok      %s (%d ms)%n", step.title(), (System.nanoTime() - started) / 1_000_000);
        return true;
    }

    /** Fails unless both are equal. */
    static void expect(Object actual, Object wanted, String what) {
        if (!Objects.equals(actual, wanted)) {
            throw new AssertionError(what + "\n  wanted: " + wanted + "\n  actual: " + actual);
        }
    }

    /** Runs a call that must be refused with this class of error and this message, and returns the error. */
    static <E extends DynamoDbException> E refused(Class<E> wanted, String message, Play call) throws Exception {
        try {
            call.run();
        } catch (DynamoDbException error) {
            expect(error.getClass(), wanted, "the class of " + error);
            expect(error.awsErrorDetails().errorMessage(), message, "the message of the error");
            return wanted.cast(error);
        }
        throw new AssertionError("wanted " + wanted.getSimpleName() + ", but the request was accepted");
    }
}
