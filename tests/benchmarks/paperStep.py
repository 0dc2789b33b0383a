"""The paper's autoencoder step in TensorFlow's own graph: the peer of `npm run bench -- train`. Prints { samplesPerSecond, tensorflow } as JSON.

    python3 paperStep.py STEPS ROUNDS keras|fused

One tf.function with everything in it. `keras` has the optimiser of TensorFlow's documentation, `fused` Adam in place by one kernel a variable
(ResourceApplyAdam), the fastest that TensorFlow has.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

PIXELS, PARAMETERS, BATCH, BINS = 7751, 2, 256, 10
SIZES = {
    "encoder": [PIXELS + PARAMETERS, 2048, 512, 128, 32, 20],
    "decoder": [20 + PARAMETERS, 512, 2048, 8192, PIXELS],
    "auxiliary": [20, 512, 256, BINS**PARAMETERS],
}
LAMBDA, RATE = 1e-5, 1e-5
STEPS, ROUNDS, OPTIMISER = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

generator = np.random.default_rng(1)
weights = {
    name: [
        (
            tf.Variable(generator.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)),
            tf.Variable(tf.zeros([columns])),
        )
        for rows, columns in zip(sizes, sizes[1:])
    ]
    for name, sizes in SIZES.items()
}
variables = [variable for layers in weights.values() for layer in layers for variable in layer]
if OPTIMISER == "keras":
    adam = tf.keras.optimizers.Adam(RATE, epsilon=1e-8)
    adam.build(variables)
else:
    slots = [(tf.Variable(tf.zeros_like(variable)), tf.Variable(tf.zeros_like(variable))) for variable in variables]
    beta1_power, beta2_power = tf.Variable(0.9), tf.Variable(0.999)


def update(gradients):
    if OPTIMISER == "keras":
        adam.apply_gradients(zip(gradients, variables))
        return
    for variable, (m, v), gradient in zip(variables, slots, gradients):
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle, m=m.handle, v=v.handle, beta1_power=beta1_power, beta2_power=beta2_power,
            lr=RATE, beta1=0.9, beta2=0.999, epsilon=1e-8, grad=gradient,
        )
    beta1_power.assign(0.9 * beta1_power)
    beta2_power.assign(0.999 * beta2_power)


@tf.custom_gradient
def reverse(z):
    return tf.identity(z), lambda dy: -LAMBDA * dy


def dense(name, x):
    layers = weights[name]
    for i, (weight, bias) in enumerate(layers):
        x = tf.nn.bias_add(tf.matmul(x, weight), bias)
        if i + 1 < len(layers):
            x = tf.nn.selu(x)
    return x


@tf.function
def step(x, u, labels):
    with tf.GradientTape() as tape:
        z = dense("encoder", tf.concat([x, u], 1))
        decoded = dense("decoder", tf.concat([z, u], 1))
        guess = dense("auxiliary", reverse(z))
        entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, guess)
        loss = tf.reduce_mean(tf.math.squared_difference(decoded, x)) + tf.reduce_mean(entropy)
    update(tape.gradient(loss, variables))
    return loss


x = generator.normal(size=(BATCH, PIXELS)).astype(np.float32)
u = generator.uniform(-1, 1, (BATCH, PARAMETERS)).astype(np.float32)
labels = generator.integers(0, BINS**PARAMETERS, BATCH).astype(np.int32)
best = float("inf")
for round_ in range(ROUNDS + 1):
    started = time.perf_counter()
    for _ in range(STEPS):
        loss = step(tf.constant(x), tf.constant(u), tf.constant(labels))
    loss.numpy()
    if round_:
        best = min(best, (time.perf_counter() - started) / STEPS)
print(json.dumps({"samplesPerSecond": BATCH / best, "tensorflow": tf.__version__}))
