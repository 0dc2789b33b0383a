import { NodeSDK } from '@opentelemetry/sdk-node';

/**
 * Sends the spans of this process to an OpenTelemetry collector. Where and how is said by the standard OTEL_ variables, which the SDK reads itself. Loaded only when they are set: without it
 * every span is an empty object of the OpenTelemetry interface.
 */
export async function startTelemetry(serviceName: string): Promise<{ close(): Promise<void> }> {
  const sdk = new NodeSDK({ serviceName, autoDetectResources: false });
  sdk.start();
  return { close: () => sdk.shutdown() };
}
