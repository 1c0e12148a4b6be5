"""What words mean the same, and which are opposites: the field's vocabulary as readable data.

``CLASSES``: things that are easily swapped, ``class: member | member | …``, each a concept of its own:
what is true of one is mostly false of another. ``SYNONYMS``: one concept a line, its name first; words are compared by stem, phrases by the stems
of their words. ``OPPOSITES``: one axis a line, ``name: one side | other side``. A word belongs to
one concept only; where two lines claim it, the first wins.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from interviewer.grading.stem import stem

CLASSES = """
field: deep learning, dl, deep nets, deep models, deep networks, deep network, deep net, deep model, neural approach | machine learning, ml, classical ml, traditional ml, classic machine learning, traditional machine learning, classical machine learning, shallow learning, classical models, classical methods, traditional methods, older methods, classic methods
network: cnn, cnns, convnet, convnets, convolutional network, convolutional neural network, convolutional net, conv net | rnn, rnns, recurrent network, recurrent neural network, recurrent net, recurrent, lstm, gru, recurrent one | feedforward, feed-forward, feedforward network, feed-forward network, feedforward net, feed-forward neural network, mlp, multilayer perceptron | transformer, transformers, bert, gpt
fit: overfit, overfitting, over-fit, over fit, overfitted, overfits, high variance, overtrain, overtrained | underfit, underfitting, under-fit, under fit, underfitted, underfits, high bias, undertrained
instability: explode, exploding, explosion, blow up, blows up, blow-up, exploded | vanish, vanishing, vanished
split: train set, training set, training data, training loss, training error, training accuracy, train loss, train accuracy, train error, training examples, training example, training curve, seen data, data it has seen, examples it has seen, training score, data it was trained on | test set, validation set, validation data, test data, validation loss, validation error, validation accuracy, val loss, val accuracy, val error, test error, test accuracy, test loss, held-out, held out, held-out set, held-out data, holdout, unseen, validation, val, new data, unseen data, new examples, fresh data, not seen before, never seen, has not seen, hasn't seen, dev set, new inputs, new images, new cases, test score, validation score
mode: train mode, training mode, in train mode, in training mode, model.train, training time, during training, while training, at training time, at training, in training, when training, net.train | eval mode, evaluation mode, in eval mode, in evaluation mode, in inference mode, model.eval, inference mode, test time, inference, at test, in testing, at test time, at inference, eval, evaluation, net.eval, at evaluation, when predicting, at prediction time, when it is used
adversary: generator, forger, counterfeiter, faker, artist | discriminator, critic, detective, judge
coder: encoder | decoder
optimizer: sgd, plain sgd, vanilla sgd, stochastic gradient descent | adam, adamw | rmsprop, rms prop
batchness: full batch, full-batch, batch gradient descent | mini-batch, minibatch, mini batch, mini-batches, minibatches, small batch
loss_kind: mse, mean squared error, squared error, l2 loss, mean square error, mean-squared error, squared loss, squared difference | mae, mean absolute error, l1 loss, absolute error | cross entropy, cross-entropy, crossentropy, crossentropyloss, log loss, negative log likelihood, nll, bce, nn.crossentropyloss, logloss, negative log-likelihood, bcewithlogitsloss | hinge, hinge loss, margin loss, max-margin, svm loss
squash: relu, relus, rectified linear unit, rectified linear, rectifier, leaky relu | sigmoid, sigmoids, logistic function | softmax, soft-max | tanh, hyperbolic tangent
task: classification, classify, classifier | regression
place: cpu, host | gpu, gpus, cuda, graphics card
pass: forward pass, forward | backward pass, backward, backpropagation, backprop, back-propagation, back propagation, back prop, loss.backward
layer_kind: input layer, first layer | hidden layer, middle layer, hidden layers, layers in between, middle layers | output layer, last layer, final layer
parallelism: data parallel, data parallelism, data-parallel, distributeddataparallel, ddp, data-parallelism | model parallel, model parallelism, tensor parallel, tensor parallelism, pipeline parallel, pipeline parallelism, model-parallel
qkv: query, queries, q vector | key, keys | value, values
work: research, paper, academic, academia | production, deploy, deployment, prod
keep_state: save, store, saved, dump, persist, torch.save, write to disk, serialize | load, restore, reload, read back, torch.load, load_state_dict, deserialize
regulariser: dropout, drop-out, drop out, nn.dropout | batch norm, batchnorm, batch normalisation, batch normalization, batch-norm, bn, batchnorm2d, batchnorm1d, batch normalise | layer norm, layernorm, layer normalization, layer-norm, layer normalisation | l2, ridge, weight decay, l2-norm | l1, lasso
stats: batch statistics, batch mean, current batch, statistics of the batch, batch variance, batch stats, mini-batch statistics, statistics of the current batch, statistics of the mini-batch, batch's own statistics, those of the current batch | running mean, running average, running statistics, running stats, running averages, running variance, stored statistics, remembered averages, population statistics, accumulated statistics, running mean and variance
"""

OPPOSITES = """
order: before, beforehand, prior to, precede, preceding, first | after, afterwards, following, subsequently, then
size: overflow, unbounded, huge gradient, increase, raise, grow, rise, up, go up, larger, large, big, huge, high, more, bigger, higher, boost, maximize, maximum, highest, uphill, upward, ascend, ascent, amplify, enlarge, double, multiply, long, longer, gain, climb, climbs, many, most, much, wide, strong, stronger, strongly, greater, great, enormous, vast, massive, plenty, lots of, a lot, lots, expand, add up, encourage, promote, worsen, exacerbate, get bigger, get larger, gets worse, get worse, extra, additional, steeper, deepen | disappear, fade, die out, go to zero, shrink to zero, near zero, close to zero, towards zero, to nothing, shrink away, peter out, die away, vanishingly, fade away, decrease, reduce, lower, low, shrink, drop off, drop by, fall, down, go down, minimize, minimum, smaller, small, tiny, little, less, fewer, few, lessen, cut, cut down, diminish, lowest, downhill, downward, descend, descent, limit, short, shorter, weak, weaker, cheap, narrow, fraction, bit, scale down, prevent, avoid, combat, mitigate, fight, counteract, curb, discourage, counter, restrict, bound, cap, dampen, tame, slight, slightly, minor, go away, guard against, less wrong, negligible, tone down, penalise large, penalise big, punish large, punish big, discourage large, discourage big, penalise the size, punish the size
speed: fast, quick, quickly, faster, rapid, rapidly, speed up, accelerate, speeds up, speedup, speed-up, cheaper, at once, instant, immediately | slow, slowly, slower, slow down, takes long, take forever, takes forever, takes ages, ages, crawl, crawls, delay, sluggish
sign: positive, plus, addition, along, added, adds, same direction, in the direction of, climb up | negative, minus, subtract, subtraction, against, opposite, opposite direction, other way, opposite way, reverse, contrary, opposed, inverse
enable: enable, active, on, turn on, turns on, turned on, switch on, activated, keep, kept, retain, switched on, stay on, preserve, maintain | disable, off, turn off, turns off, turned off, switch off, inactive, deactivate, remove, discard, zero out, zeroes, drop, delete, omit, leave out, switched off, throw away, throws away, bypass, skip, silence, knock out, ignore, shut off, discards, set to zero, sets to zero, suppress, mute, eliminate, get rid, stop using
good: good, better, well, improve, correct, right, best, great, accurate, improvement, accuracy, useful, helpful, help, success, succeed, optimal, optimum, easy, benefit, reliable, ideal, proper | bad, badly, worse, wrong, poor, poorly, worst, incorrect, hurt, harm, degrade, suffer, fail, failure, mistaken, false, hard, difficult, harder, tough, struggle, useless, unreliable, inaccurate
linear: linear, linearly, straight line | non-linear, nonlinear, non linear, nonlinearity, non-linearity, curve, curved, bend
same: same, identical, shared, share, equal, alike, similar, tied, reuse, consistent, unchanged | different, differ, distinct, vary, various, separate, difference, unlike, contrast
local: local, nearby, neighbour, neighbouring, neighborhood, close by | global, globally, whole, entire, everywhere, overall
random: random, stochastic, randomly, randomness, chance, at random, arbitrary, nondeterministic, non-deterministic | deterministic, fixed, reproducible, repeatable, predetermined
simple: simple, shallow, plain, basic, straightforward, simpler | complex, complicated, deep, sophisticated, elaborate, overly complex, fancy
always: always, guarantee, certain, certainly, every time, guaranteed, definitely, sure, necessarily, must | sometimes, might, may, usually, often, could, tends, typically, can, likely, possibly, occasionally
all: all, every, each, everything, everyone, any, full, complete, completely, entirely, totally | some, part, partial, partly, handful, several, single, one, individual, chunk
freeze: freeze, frozen, freezing, locked, lock, fix the weights, keep fixed, requires_grad false, do not update | unfreeze, fine-tune, finetune, fine tune, fine-tuning, trainable, thaw, unfrozen, unlock
known: labelled, labeled, labels, supervised, label, ground truth, target, annotated | unlabelled, unlabeled, unsupervised, self-supervised, no labels
start: start, begin, beginning, initial, early, initially, first layer, first layers, early layers, earlier, at first | end, finish, last, final, late, later, last layer, last layers, finally
sparse: sparse, exactly zero, sparsity, zeros | dense
handmade: automatic, automatically, by itself, on its own, itself, themselves, end to end, end-to-end, figures out, works out, discovers | manual, manually, by hand, hand-crafted, handcrafted, hand crafted, hand-engineered, engineered, human-designed, designed by humans, hand-designed, hand-made, hand-picked, hand
real: real, genuine, authentic, true | fake, fakes, synthetic, generated, forged, counterfeit, false samples
recurrence: sequential, one by one, one at a time, step by step, one after another, one after the other, in order, in sequence, word by word, token by token, sequentially | parallel, simultaneously, at the same time, all at once, in parallel, concurrent
sync: synchronous, sync, synchronously | asynchronous, async, asynchronously
memory_kind: remember, memory, recall, hold on, retain information, memories | forget, forgets, no memory, memoryless, stateless
win: win, maximise, outperform, beat, superior | lose, underperform, inferior
inside: inside, internal, within, input | outside, external, output
freq: rare, seldom, infrequent, unusual | common, frequent, normal
symmetric: over-engineered, overkill, unnecessary, needless, needlessly | necessary, needed, essential, required, need, require
"""

SYNONYMS = """
learning_rate: learning rate, lr, step size, size of the step, size of each step, stepsize, eta, step length, how big each step, how large each step, how far to step, learning-rate
parameter: parameter, weight, weights and biases, theta, knob, dial, coefficient, weights, model's numbers, internal numbers, param, params
loss: loss, cost, objective, error, loss function, cost function, objective function, error function, criterion, mistake, how wrong
gradient: gradient, derivative, slope, grad, partial derivative, partial derivatives, steepness, gradients, incline
descent: gradient descent, steepest descent
update: update, adjust, tweak, nudge, change, modify, correct the weights, tune, alter, adapt, revise, shift
repeat: iterative, iteratively, repeat, repeatedly, again and again, over and over, loop, keep, many times, again, several times, keep doing, iteration, keep going, cycle, multiple times, over many rounds, continue, recurrently
neuron: neuron, unit, node, cell, perceptron, neurons
layer: layer, stage
model: model, network, neural network, neural net, net, nn, ann
activation: activation function, activation, activations, activate, squash, squashing
converge: converge, convergence, settle, reach the minimum, reaches the minimum, level off, stop improving
diverge: overshoot, jump over, bounce, bounce around, oscillate, unstable, instability, shoot past, too far, skip over, jump past, bounces, zigzag, jumpy
stuck: stuck, trapped, get stuck, trap
localmin: local minimum, local optimum, local minima, saddle point, saddle, plateau, valley, dip, local optima, stationary point
globalmin: global minimum, global optimum, lowest point, best solution, best possible, lowest valley, deepest valley, global minima
chain_rule: chain rule, rule of composition, multiply derivatives
autograd: autograd, automatic differentiation, autodiff, auto-differentiation, computation graph, computational graph
memorise: memorise, memorize, learn by heart, by heart, memorisation, rote, noise in the data, learn the noise, learns the noise, fits the noise, fit the noise, parrot, memorising
generalise: generalise, generalize, generalisation, generalizes
regularise: regularise, regularization, regularizer, regularisation
penalty: penalty, penalise, punish, penalize, fine, regularization term, regularisation term, penalising
earlystop: early stopping, early-stopping, stop early, stop training early, stopping early, stop training when, earlystopping
augment: data augmentation, augment, augmentation, flip, crop, rotate, flips, crops, rotations, augmenting, mirrored, jitter
squared: square, squared, quadratic, squares
absolute: absolute, absolute value
svm: svm, support vector machine, support vector
logits: logit, logits, raw scores, raw score, unnormalised, unnormalized, raw outputs
probability: probability, likelihood, confidence, chance, odds
distribution: distribution, distributed as
predict: predict, prediction, forecast, guess, infer, predicted, answer, guesses
feature: feature, representation, pattern, attribute, characteristic, embedding, abstraction, concept
hierarchy: hierarchy, hierarchical, level by level, layer by layer, levels of abstraction, many layers, multiple layers, several layers, stack of layers, stacked, stack
artificial: artificial intelligence, ai
hardware: hardware, compute, computing power, computation, computational, processing power, calculation, calculate, compute power
dataset: data set, dataset, corpus
example: example, sample, instance, data point, datapoint, observation, case, row, record, point
image: image, picture, photo, pixel, visual, vision, photograph, photos
text: text, language, nlp, sentence, speech, word, words, document, token
sequence: sequence, time series, sequential data, series, temporal, time step, timestep, time, order of inputs, time steps, ordered
spatial: spatial, grid, spatially, two-dimensional, 2d, position, location, place in the image, located
filter: filter, kernel, convolution, convolve, convolutional layer, convolutional, sliding window, small window, stencil, conv, slide
pooling: pooling, pool, max pooling, downsample, max-pooling, subsample
hidden_state: hidden state, internal state, state, context vector, memory cell, cell state, running summary
gate: gate, gating, gated, gates
loopback: feedback, loop back, feed back, cycles, feeds back, fed back, loops
attention: attention, attend, focus, look at, pay attention, looks at, self-attention, self attention, pays attention, concentrate
dot: dot product, inner product, dot-product, scaled dot product, scalar product, qk
relevance: relevance, relevant, important, importance, matter, related, similarity, compatibility, relate, match, how much, how well
weighted_sum: weighted sum, weighted average, weighted combination, weighted mean, weighted mix, blend
head: multi-head, multihead, heads, head, several heads, multiple heads, multi head
positional: positional encoding, position encoding, positional embedding, position embedding, positional encodings, positional embeddings, order information, positional
residual: residual, skip connection, residual connection, shortcut connection, skip connections, shortcut, resnet, residual connections, shortcuts
feedforward_block: feed-forward layer, position-wise, ffn, feed forward network, fully connected, fully-connected
mask: mask, masking, masked, causal, hide the future, future tokens, look ahead
gan: gan, gans, generative adversarial network, generative adversarial networks
minimax: minimax, zero-sum, adversarial, game, compete, competition, against each other, contest, rivals, cat and mouse, opponents, duel, battle
fool: fool, trick, deceive, convince, pass off, get past, tell apart, distinguish, tell the difference
collapse: mode collapse, collapse, same sample, same output, little variety, no variety, always the same, few kinds
noise: noise, noise vector, latent, latent vector, random vector, noisy, z vector
pretrained: pretrained, pre-trained, pre trained, pretraining, pre-training, already trained, trained on a large, trained already, previously trained, existing model, trained before, imagenet
transfer: transfer learning, transfer, reuse knowledge, carry over, knowledge transfer, transferring
finetune: fine-tune, finetune, fine-tuning, fine tuning, finetuning
backbone: backbone, base model, feature extractor, body
replace_head: new head, replace the last layer, new output layer, classification head, swap the last layer, new classifier, new last layer
scratch: from scratch, from zero, from nothing, random initialisation, randomly initialized
state_dict: state_dict, state dicts, state dict, statedict, dictionary of weights, state dictionary
checkpoint: checkpoint, checkpointing, snapshot, checkpoints
gradient_checkpoint: gradient checkpointing, activation checkpointing, recompute activations, recomputation, recompute
optimizer_word: optimizer, optimiser, optimization algorithm, optimisation algorithm
momentum: momentum, velocity, moving average of gradients, heavy ball, first moment, exponential average
adaptive: adaptive, per-parameter, per parameter, each parameter its own, individual step, own learning rate, adapts
second_moment: second moment, squared gradients, moving average of squared gradients, root mean square, squared gradient
schedule: schedule, scheduler, decay, warmup, warm-up, anneal, annealing, cosine, learning rate decay
clip: clip, clipping, clip_grad_norm, clip_grad_norm_, clip_grad_value_, clamp, clipped, rescale, threshold, truncate
norm_word: norm, magnitude, length, length of the vector
initialise: initialise, initialization, init, he initialization, xavier, glorot, kaiming, initialize
saturate: saturate, saturation, saturated, flatten, flat, plateau
product: multiply, product, multiplied, multiplication, multiplying
distributed: distributed, several gpus, multiple gpus, many gpus, multi-gpu, multiple machines, several machines, many machines, cluster, multiple devices, multiple nodes, across machines, workers, across devices, more than one gpu, ddp, many computers, several computers
shard: shard, sharding, fsdp, deepspeed, fully sharded
divide: partition, split, divide, divided, spread
allreduce: all-reduce, allreduce, all reduce, average the gradients, gradient averaging, synchronise gradients, averaged gradients, sum the gradients
mixed_precision: mixed precision, half precision, fp16, bf16, bfloat16, float16, amp, autocast, 16-bit, 16 bit, lower precision, half-precision, mixed-precision, fewer bits
accumulate: gradient accumulation, accumulate, accumulation, accumulating
throughput: throughput, samples per second, utilisation, utilization
bottleneck: bottleneck, slow part, slowest part, limiting factor, starve, starved, waiting, idle, wait, hold up
profile: profile, profiler, measure, nvidia-smi, profiling, nsight, measuring
loader: data loader, dataloader, data loading, num_workers, input pipeline, prefetch, loading data
pinned: pinned memory, pin_memory, pinned, page-locked
device: device, hardware device, to(device), .to(device), .cuda
move: move, transfer to, send, put on, .to, moved
crash: runtimeerror, crash, exception, raise, raises an error, runtime error
out_of_memory: out of memory, oom, runs out of memory, run out of memory
ram: memory, vram, ram
deploy: deploy, production, deployment, serving, serve, live, in the wild, real world, in production, real life, customers, users
research: research, experiment, paper, prototype, academic
latency: latency, response time, delay, real-time, real time, milliseconds
quantise: quantise, quantization, quantize, int8, quantisation, 8-bit, lower bits, quantized
prune: prune, pruning, remove weights, pruned, sparsify
distil: distil, distillation, distill, teacher, student, knowledge distillation, smaller model imitate
compile: onnx, tensorrt, torchscript, compile, torch.compile, jit, fuse, fusion, export, compiler, compiled, operator fusion
cache: cache, caching, cached, kv cache, memoize
batching: batching, batch requests, dynamic batching, group requests
drift: drift, distribution shift, data drift, concept drift, shift, changed over time, different distribution, covariate shift, world changed, data changed
leak: leakage, leak, data leakage, contamination
monitor: monitor, monitoring, alert, logging, log, dashboard, watch, track
rollback: rollback, roll back, revert, canary, shadow, a/b test, ab test, shadow mode, previous version
retrain: retrain, re-train, train again, retraining, refresh the model
seed: seed, manual_seed, seeding, torch.manual_seed, random seed, rng, seeds
cudnn: cudnn, use_deterministic_algorithms, cudnn.deterministic, cudnn.benchmark
version: version, environment, requirements, docker, pin, container, lockfile, dependency, library versions, versions
baseline: baseline, simple model first, reference model
interpret: interpret, interpretable, explainable, explain, transparent, understand, debug, explainability, easier to understand
maintain: maintain, maintenance, upkeep, operate
black_box: black box, opaque, black-box
overfit_batch: overfit one batch, overfit a single batch, overfit a small batch
sanity: sanity check, check, verify, inspect, look at the data, examine, make sure, confirm, investigate, test whether
zero_grad: zero_grad, zero grad, zero the gradients, reset the gradients, clear the gradients, clearing gradients
no_grad: no_grad, torch.no_grad, no grad, inference_mode, without gradients, gradient tracking
normalise: normalise, normalize, normalization, standardise, standardize, rescale, zero mean, unit variance, scale
forget: forget, neglect, omit, miss
input: input, inputs, incoming, feed in, raw data, goes in
output: output, outputs, result, outcome, outgoing, comes out
decision: decide, decision, choose, pick, select
cost_money: expensive, costly, budget, money, price, cheap
trade_off: trade-off, tradeoff, compromise, balance, trade
customer: stakeholder, business, manager, customer, client, non-technical, layman, executive
analogy: analogy, metaphor, like a child, as a child, compare it to, imagine, think of it, child, toddler, kid
produce: produce, generate, create, make up, synthesise, generative, output images, creates
combine: combine, mix, merge, sum, add, aggregate, ensemble, average, averaging, mean
depend: depend, rely, reliance, co-adapt, co-adaptation, lean
long_range: long-range, long range, far apart, distant, far away, long-term, long term, long sequences, long dependencies, far back
dependency: dependency, relationship, relation, connection, link, connect, interaction, connected
penalise_conf: confident, confidently, certain
expressive: expressive, capacity, powerful, flexible, model capacity, number of parameters, flexibility
approximates: approximate, approximation, universal, any function, represent any function, arbitrary function, imitate
multi: multi-class, multiclass, several classes, multiple classes, more than two, many classes
binary: binary, two classes, two-class, yes or no, 0 or 1
outlier: outlier, extreme values, extreme
robust: robust, resistant, tolerant, insensitive, resilient
margin: margin, boundary, decision boundary, gap
detect: detect, recognise, recognize, spot, identify, find, notice, recognition, tell
learn: learn, train, learning, training, trained, fit, teach, picks up
hyper: hyperparameter, hyper-parameter, hyperparameters
edge: edge, line, corner, shape, low-level
test: test, try, evaluate, assess
copy: copy, replicate, replica, replicas, copies, duplicate
communicate: communicate, communication, exchange, synchronise, synchronize, network traffic, sync, interconnect, bandwidth
flow: flow, propagate, pass, travel, spread, pass through, goes through
error_back: send back, sent back, work backwards, goes backwards, backwards
"""

#: Words that carry no content of their own.
STOP = frozenset(
    """a an the this that these those it its it's he she they them their theirs his her we our ours you your yours i me my
    mine us who whom whose which what there here be am is are was were been being do does did done doing have has had
    having will would shall should of in to for on at by as from into onto over under about against between through
    during with and or but nor so if then else than because since although though while whereas when whenever where why
    how also too very just really quite rather even still yet already ever such own other another both either neither
    again once only let's e.g i.e etc eg ie via per upon across among around toward within please
    s t ll ve re d m don't can't won't doesn't isn't aren't not no never cannot without
    basically actually essentially simply like well okay ok yes yeah um uh hmm thing things something stuff kind sort
    means meaning called name said say says saying mean one two way ways lot bit get gets got getting go goes come comes put
    puts take takes give gives make makes made making let lets want wants would might may must can could always
    sometimes usually often maybe perhaps generally typically overall first second third finally next many much some any
    each every all more most less few several number case example instance fact reason time point part
    useful help helps helpful happen happens seem seems become becomes try tries know think see look need needs
    """.split()
)

#: Those of them that carry grammar only: where a point is said in one way, *first* or *two* may be all of it.
FUNCTION = frozenset(
    """a an the this that these those of to in on at by for from with as into and or but if than then so it its they them
    their we our you your i is are was were be been being am has have had do does did can could will would shall should
    may might must not which who whom whose what when where why how there here""".split()
)

#: Words every answer in the field uses: they say little about which point is made.
LIGHT = frozenset(
    stem(word)
    for word in """model network neural data train learn use method technique algorithm function process system value
    input output layer deep machine problem task result work set used different work apply run good better bad important
    large small high low big new given compute calculate perform provide allow lead cause based approach type
    training learning model's""".split()
)


class Concept(NamedTuple):
    """What a word or phrase stands for: ``@class:member``, ``±axis`` or ``=synonyms``."""

    key: str
    sign: int  # +1 or −1 on an axis of opposites; +1 elsewhere
    axis: bool


@cache
def _tables() -> tuple[dict[str, Concept], dict[str, list[tuple[tuple[str, ...], Concept]]]]:
    words: dict[str, Concept] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Concept]]] = {}
    seen: set[tuple[str, ...]] = set()

    def put(entry: str, concept: Concept) -> None:
        stems = tuple(stem(part) for part in split_words(entry))
        if not stems or stems in seen:
            return
        seen.add(stems)
        if len(stems) == 1:
            words[stems[0]] = concept
        else:
            phrases.setdefault(stems[0], []).append((stems, concept))

    for name, members in _lines(CLASSES):
        for member in members.split("|"):
            entries = [entry.strip() for entry in member.split(",")]
            for entry in entries:
                put(entry, Concept(f"@{name}:{entries[0]}", 1, False))
    for name, sides in _lines(OPPOSITES):
        for side, sign in zip(sides.split("|"), (1, -1), strict=True):
            for entry in side.split(","):
                put(entry.strip(), Concept("±" + name, sign, True))
    for name, entries in _lines(SYNONYMS):
        for entry in entries.split(","):
            put(entry.strip(), Concept("=" + name, 1, False))
    for options in phrases.values():
        options.sort(key=lambda option: -len(option[0]))
    return words, phrases


def _lines(text: str) -> list[tuple[str, str]]:
    rows = (line.partition(":") for line in text.strip().splitlines())
    return [(name.strip(), rest) for name, _, rest in rows]


def split_words(entry: str) -> list[str]:
    """The words of a lexicon entry, cut as ``text.tokenise`` cuts an answer."""
    return [
        part
        for part in entry.lower()
        .replace("-", " ")
        .replace(".", " ")
        .replace("'s", "")
        .replace("_", " ")
        .split()
        if part
    ]


def concept_of(stem_: str) -> Concept | None:
    """The concept of a single word's stem, or None."""
    return _tables()[0].get(stem_)


def phrases_at(stem_: str) -> list[tuple[tuple[str, ...], Concept]]:
    """The phrases that begin with this stem, longest first."""
    return _tables()[1].get(stem_, [])


@cache
def known_stems() -> frozenset[str]:
    """Every stem the lexicon or the word lists know: never taken for a typing mistake."""
    words, phrases = _tables()
    found = set(words) | {part for options in phrases.values() for stems, _ in options for part in stems}
    return frozenset(found | {stem(word) for word in STOP} | LIGHT)
