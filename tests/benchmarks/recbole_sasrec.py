#!/usr/bin/env python3
"""recbole_sasrec.py DATA [--batches N] [--threads N] [--evaluate]: SASRec as RecBole has it, timed with its own data
loaders, model and trainer on DATA/interactions.csv (user,item,timestamp). Prints one JSON object.

A training event is one prediction that counts in the loss. RecBole makes each of them a row of its own: a prefix of a
history, padded to MAX_ITEM_LIST_LENGTH. N batches are timed after one that is not; 0: a whole epoch."""
import argparse, csv, json, os, resource, sys, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--batches", type=int, default=6)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--evaluate", action="store_true")
options = parser.parse_args()
sys.argv = sys.argv[:1]  # RecBole reads them, too

import torch
torch.set_num_threads(options.threads)
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.sequential_recommender import SASRec
from recbole.trainer import Trainer
from recbole.utils import init_seed

folder = tempfile.mkdtemp()
os.makedirs(f"{folder}/beauty")
with open(f"{options.data}/interactions.csv") as source, open(f"{folder}/beauty/beauty.inter", "w") as target:
    target.write("user_id:token\titem_id:token\ttimestamp:float\n")
    for row in csv.DictReader(source):
        target.write(f"{row['user']}\t{row['item']}\t{row['timestamp']}\n")
config = Config(model="SASRec", dataset="beauty", config_dict=dict(
    data_path=folder, checkpoint_dir=f"{folder}/saved", use_gpu=False, gpu_id="", show_progress=False, state="ERROR",
    load_col={"inter": ["user_id", "item_id", "timestamp"]}, MAX_ITEM_LIST_LENGTH=50, train_neg_sample_args=None,
    loss_type="CE", hidden_size=64, inner_size=128, n_layers=2, n_heads=2, hidden_dropout_prob=0.5,
    attn_dropout_prob=0.5, train_batch_size=2048, eval_batch_size=256, learning_rate=1e-3, seed=1,
    eval_args=dict(split={"LS": "valid_and_test"}, order="TO", mode="full", group_by="user"),
    metrics=["Recall", "NDCG"], topk=[10], valid_metric="NDCG@10"))
init_seed(1, True)
dataset = create_dataset(config)
train_data, valid_data, test_data = data_preparation(config, dataset)
model = SASRec(config, train_data.dataset)
trainer = Trainer(config, model)

report = dict(program="RecBole", torch=torch.__version__, threads=torch.get_num_threads(),
              training_rows=len(train_data.dataset), items=dataset.item_num - 1)
model.train()
events = 0
for number, batch in enumerate(train_data):
    if number == 1:
        wall, cpu, events = time.perf_counter(), time.process_time(), 0
    trainer.optimizer.zero_grad()
    loss = model.calculate_loss(batch)
    loss.backward()
    trainer.optimizer.step()
    events += len(batch)
    if options.batches and number >= options.batches:
        break
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
report.update(timed_events=events, training_seconds=wall, training_cpu_seconds=cpu, events_per_second=events / wall,
              events_per_cpu_second=events / cpu, loss=loss.item())
if options.evaluate:
    wall, cpu = time.perf_counter(), time.process_time()
    result = trainer.evaluate(test_data, load_best_model=False, show_progress=False)
    report.update(evaluation_seconds=time.perf_counter() - wall, evaluation_cpu_seconds=time.process_time() - cpu,
                  evaluated_users=len(test_data.dataset), test=dict(result))
report["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(report, indent=2))
